package io.slipway.rollout.grant.fleet;

import io.slipway.device.profile.CheckIns;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * How often devices check in: only then is an update offered and its outcome seen. A stage without
 * progress is not a stage that went well. Thread-safe; calls block.
 */
public final class CheckInPace {

    /** With up to 20 check-ins each, enough for a median. */
    public static final int SAMPLE = 100;

    /** Firmware repeats a request that got no answer, which is not a restart. */
    private static final Duration RETRIES = Duration.ofMinutes(1);

    private final Database database;
    private final InstantSource clock;

    public CheckInPace(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * The median time between two check-ins.
     *
     * @param devices a sample, by id
     * @return empty if no device checked in twice
     */
    public Optional<Duration> median(List<Long> devices) {
        long now = clock.millis();
        List<List<Long>> rings =
                database.read(Plane.CONSOLE, tx -> CheckIns.of(tx, List.copyOf(devices), now));
        var gaps = new ArrayList<Long>();
        for (List<Long> ring : rings) {
            for (int i = 1; i < ring.size(); i++) {
                long gap = ring.get(i - 1) - ring.get(i);
                if (gap >= RETRIES.toMillis()) {
                    gaps.add(gap);
                }
            }
        }
        Collections.sort(gaps);
        return gaps.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(gaps.get(gaps.size() / 2)));
    }

    /**
     * When a stage will have heard from enough devices if they keep checking in at this rate.
     *
     * @param missing how many more must be heard from
     * @param waiting how many have not been heard from
     */
    public Instant eta(Duration median, long missing, long waiting) {
        // Each device checks in at a random moment of the interval, so the k-th of n at about k/(n
        // + 1) of it.
        double part = Math.min(1, (double) missing / (waiting + 1));
        return clock.instant().plusMillis(Math.round(median.toMillis() * part));
    }
}
