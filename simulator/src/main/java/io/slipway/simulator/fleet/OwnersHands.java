package io.slipway.simulator.fleet;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Enters the codes that devices announce, a few at once. Thread-safe. */
public final class OwnersHands {

    private static final int HANDS = 8;

    private final @Nullable Owner owner;
    private final FleetLog log;
    private final Executor threads;
    private final Semaphore hands = new Semaphore(HANDS);
    // Codes that were entered or are being entered, by MAC.
    private final Set<String> entered = ConcurrentHashMap.newKeySet();

    /**
     * @param owner null if codes are not entered
     */
    public OwnersHands(@Nullable Owner owner, FleetLog log, Executor threads) {
        this.owner = owner;
        this.log = log;
        this.threads = threads;
    }

    /** Does not block. */
    public void announced(String mac, String code) {
        Owner mine = owner;
        if (mine == null || !entered.add(mac + " " + code)) {
            return;
        }
        try {
            threads.execute(() -> enter(mine, mac, code));
        } catch (RejectedExecutionException e) {
            // The run is over.
        }
    }

    private void enter(Owner mine, String mac, String code) {
        try {
            hands.acquire();
            try {
                mine.enter(mac, code);
                log.codeEntered();
            } finally {
                hands.release();
            }
        } catch (IOException | RuntimeException e) {
            log.trouble("code not accepted: " + e.getMessage(), mac);
            // Retried when the device next speaks its code.
            entered.remove(mac + " " + code);
        } catch (InterruptedException e) {
            // The run is over.
        }
    }
}
