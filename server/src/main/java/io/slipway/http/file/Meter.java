package io.slipway.http.file;

/** Bytes per second, over the last seconds. Thread-safe. */
final class Meter {

    private static final int SECONDS = 5;

    /** One more than are averaged: the current second. */
    private final long[] bytes = new long[SECONDS + 1];

    private long second = System.nanoTime() / 1_000_000_000;

    synchronized void add(long more) {
        roll();
        bytes[slot(second)] += more;
    }

    /** Over the last full seconds. */
    synchronized long perSecond() {
        roll();
        long sum = -bytes[slot(second)];
        for (long one : bytes) {
            sum += one;
        }
        return sum / SECONDS;
    }

    private void roll() {
        long now = System.nanoTime() / 1_000_000_000;
        if (now - second > SECONDS) {
            second = now - SECONDS - 1;
        }
        while (second < now) {
            second++;
            bytes[slot(second)] = 0;
        }
    }

    private static int slot(long second) {
        return (int) Math.floorMod(second, (long) SECONDS + 1);
    }
}
