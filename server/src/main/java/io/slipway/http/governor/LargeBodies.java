package io.slipway.http.governor;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Large bodies, lists of a hundred thousand devices for example, take several times their size
 * while they are parsed and handled: only as many as fit are handled at once, one of each account.
 * Thread-safe; {@link #enter} blocks.
 */
public final class LargeBodies {

    /** What a body takes, in bytes of its own size, as a JSON tree and as what is made of it. */
    private static final int TIMES = 6;

    /** How long to wait for others, in seconds. */
    private static final int PATIENCE = 30;

    private static final int KIB = 1024;

    private final int all;
    private final Semaphore free;
    private final Set<String> accounts = new HashSet<>();

    /**
     * @param heap the maximum heap in bytes, of which half may be used
     */
    LargeBodies(long heap) {
        all = (int) Math.min(Integer.MAX_VALUE, heap / 2 / KIB);
        // Fair: a large one is not overtaken forever.
        free = new Semaphore(all, true);
    }

    /**
     * Waits until a body may be handled.
     *
     * @param bytes its size
     * @return null if it may, and {@link #leave} must be called; otherwise why not
     */
    public @Nullable EdgeLimit enter(String account, int bytes) throws InterruptedException {
        synchronized (accounts) {
            if (!accounts.add(account)) {
                return EdgeLimit.ACCOUNT_MEMORY;
            }
        }
        return room(account, bytes);
    }

    private @Nullable EdgeLimit room(String account, int bytes) throws InterruptedException {
        boolean entered = false;
        try {
            entered = free.tryAcquire(permits(bytes), PATIENCE, TimeUnit.SECONDS);
        } finally {
            if (!entered) {
                forget(account);
            }
        }
        return entered ? null : EdgeLimit.MEMORY;
    }

    /**
     * Waits until a body that has been let in may take more, once it is known what it inflates to.
     * It gives up its place meanwhile: two that hold what the other needs would wait in vain.
     *
     * @param before its size as it was let in
     * @param bytes the size that {@link #leave} is to be called with, if it may
     * @return null if it may; otherwise why not, and {@code leave} must not be called
     */
    public @Nullable EdgeLimit grow(String account, int before, int bytes)
            throws InterruptedException {
        free.release(permits(before));
        return room(account, bytes);
    }

    /** Lets others in. */
    public void leave(String account, int bytes) {
        free.release(permits(bytes));
        forget(account);
    }

    private void forget(String account) {
        synchronized (accounts) {
            accounts.remove(account);
        }
    }

    // However small the heap is, one at a time may be handled.
    private int permits(int bytes) {
        return Math.clamp((long) bytes * TIMES / KIB, 1, all);
    }
}
