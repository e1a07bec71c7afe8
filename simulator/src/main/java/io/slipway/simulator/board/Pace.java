package io.slipway.simulator.board;

import java.time.Duration;

/**
 * How fast a device's time goes: all its waits are divided by {@code speed}. Time-outs of the
 * network are not; a server does not get faster because devices are impatient.
 *
 * @param speed 1 is real time, 1000 makes 10 s of waiting 10 ms
 */
public record Pace(double speed) {

    public static final Pace REAL = new Pace(1);

    public Pace {
        if (!(speed > 0 && speed <= 1e9)) {
            throw new IllegalArgumentException("a speed above 0: " + speed);
        }
    }

    public void sleep(Duration time) throws InterruptedException {
        Thread.sleep(Duration.ofNanos((long) (time.toNanos() / speed)));
    }
}
