package io.slipway.simulator.fleet;

import io.slipway.simulator.board.Pace;
import io.slipway.simulator.device.HangUp;
import io.slipway.simulator.device.OtaUrl;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A fleet and how to run it.
 *
 * @param url the address in the devices' settings
 * @param devices 1 to {@link #MAX_DEVICES}
 * @param mix the kinds of devices
 * @param seed the same seed gives the same devices
 * @param connections how many may be open at once
 * @param owner enters their codes; null for none
 * @param sessions how many conversations each has after activation, 0 for none
 */
public record FleetOptions(
        OtaUrl url,
        int devices,
        Mix mix,
        long seed,
        Timing timing,
        int connections,
        @Nullable Owner owner,
        int sessions) {

    public static final int MAX_DEVICES = 100_000;
    public static final Duration MAX_LIMIT = Duration.ofDays(1);

    /**
     * When things happen.
     *
     * @param pace the speed of the devices' time
     * @param ramp real time over which they are switched on
     * @param limit real time after which the run ends, whatever their state
     * @param hangUp when they close a connection after an answer
     */
    public record Timing(Pace pace, Duration ramp, Duration limit, HangUp hangUp) {

        public Timing {
            if (ramp.isNegative() || limit.isNegative() || limit.compareTo(MAX_LIMIT) > 0) {
                throw new IllegalArgumentException("ramp and limit of 0 s to a day");
            }
        }
    }

    public FleetOptions {
        if (devices < 1 || devices > MAX_DEVICES) {
            throw new IllegalArgumentException("1 to " + MAX_DEVICES + " devices");
        }
        if (sessions < 0) {
            throw new IllegalArgumentException("at least 0 conversations");
        }
        if (connections < 1) {
            throw new IllegalArgumentException("at least 1 connection");
        }
    }

    /** The default mix in real time, all at once, for at most two minutes, without an owner. */
    public static FleetOptions of(String url, int devices) {
        return new FleetOptions(
                OtaUrl.parse(url),
                devices,
                Mix.DEFAULT,
                1,
                new Timing(
                        Pace.REAL,
                        Duration.ZERO,
                        Duration.ofMinutes(2),
                        HangUp.usual(Pace.REAL, false)),
                500,
                null,
                0);
    }

    public FleetOptions withMix(Mix newMix) {
        return new FleetOptions(url, devices, newMix, seed, timing, connections, owner, sessions);
    }

    public FleetOptions withSpeed(double speed) {
        var pace = new Pace(speed);
        HangUp hangUp = HangUp.usual(pace, timing.hangUp.behindProxy());
        return with(new Timing(pace, timing.ramp, timing.limit, hangUp));
    }

    public FleetOptions withLimit(Duration newLimit) {
        return with(new Timing(timing.pace, timing.ramp, newLimit, timing.hangUp));
    }

    private FleetOptions with(Timing newTiming) {
        return new FleetOptions(url, devices, mix, seed, newTiming, connections, owner, sessions);
    }

    public FleetOptions withConnections(int newConnections) {
        return new FleetOptions(url, devices, mix, seed, timing, newConnections, owner, sessions);
    }

    public FleetOptions withOwner(Owner newOwner) {
        return new FleetOptions(url, devices, mix, seed, timing, connections, newOwner, sessions);
    }

    /** Makes them talk: this many times, or until the time limit. */
    public FleetOptions withSessions(int newSessions) {
        return new FleetOptions(url, devices, mix, seed, timing, connections, owner, newSessions);
    }
}
