package io.slipway.simulator.board;

import java.time.Duration;

/**
 * The speed of a device's time: all its waits are divided by {@code speed}. Network timeouts are
 * not; a server does not become faster because devices are impatient.
 *
 * @param speed 1 is real time, 1000 turns 10 s of waiting into 10 ms
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
