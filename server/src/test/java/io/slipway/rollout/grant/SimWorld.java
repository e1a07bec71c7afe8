package io.slipway.rollout.grant;

import io.slipway.rollout.rules.Given;
import java.util.PriorityQueue;
import java.util.Random;

/** Simulated time with scheduled events. The same seed gives the same world. */
final class SimWorld {

    final Random random;
    long now = Given.T0;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long count;

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            int time = Long.compare(at, other.at);
            return time != 0 ? time : Long.compare(order, other.order);
        }
    }

    SimWorld(long seed) {
        random = new Random(seed);
    }

    void at(long time, Runnable action) {
        events.add(new Event(Math.max(now, time), count++, action));
    }

    void after(long delay, Runnable action) {
        at(now + delay, action);
    }

    void runUntil(long end) {
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event next = events.remove();
            now = next.at();
            next.action().run();
        }
        now = Math.max(now, end);
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** From {@code from} to {@code to} ms. */
    long between(long from, long to) {
        return from + (long) (random.nextDouble() * (to - from));
    }

    /** A random time between occasional events. */
    long around(long mean) {
        return (long) (-Math.log(1 - random.nextDouble()) * mean) + 1;
    }
}
