package io.slipway.http;

import io.slipway.http.governor.EdgeLimits;
import java.time.Duration;

/** The governor's limits as tests need them: those of this machine, but faster. */
public final class TestLimits {

    private TestLimits() {}

    /** With all time limits for slow clients set to {@code silence}. */
    public static EdgeLimits hurry(Duration idle, Duration silence) {
        var usual = EdgeLimits.here(0, idle);
        var pace =
                new EdgeLimits.Pace(idle, silence, usual.pace().slowest(), usual.pace().linger());
        return new EdgeLimits(usual.connections(), usual.memory(), pace);
    }
}
