package io.slipway.http.governor;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The memory that bodies of the console plane share, from their first byte until their request is
 * answered. When all of it is used, an unfinished body ends to make room for others: otherwise
 * whoever sends slowly would keep everybody out. Thread-safe.
 */
final class ConsoleMemory {

    private final EdgeLimits.MemoryLimits limits;
    private final Map<String, Long> held = new HashMap<>();
    private final Set<ConsoleBudget> unfinished = new LinkedHashSet<>();
    private long all;

    ConsoleMemory(EdgeLimits.MemoryLimits limits) {
        this.limits = limits;
    }

    /** In use, in bytes. */
    synchronized long used() {
        return all;
    }

    /**
     * The share of one request.
     *
     * @param address the client's, as limits use it; {@code ""} if many clients share it
     * @param account {@code ""} if unknown
     * @param times what the body takes in memory, in times of its size
     */
    BodyBudget budget(String address, String account, int times) {
        return new ConsoleBudget(address, account, times);
    }

    private final class ConsoleBudget implements BodyBudget {

        private final String address;
        private final String account;
        private final int times;
        private Runnable end = () -> {};
        private long taken;
        private boolean ended;

        ConsoleBudget(String address, String account, int times) {
            this.address = address;
            this.account = account;
            this.times = times;
        }

        @Override
        public void onRoomNeeded(Runnable newEnd) {
            synchronized (ConsoleMemory.this) {
                end = newEnd;
            }
        }

        @Override
        public @Nullable EdgeLimit take(int bytes) {
            synchronized (ConsoleMemory.this) {
                return ended ? EdgeLimit.MEMORY : take((long) bytes * times);
            }
        }

        private @Nullable EdgeLimit take(long bytes) {
            // Below that, an address is not limited: many people may share it.
            boolean crowded = all + bytes > EdgeLimits.CROWDED * limits.console();
            if (!account.isEmpty() && of(account) + bytes > limits.account()) {
                return EdgeLimit.ACCOUNT_MEMORY;
            }
            if (crowded && !address.isEmpty() && of(address) + bytes > limits.address()) {
                return EdgeLimit.ADDRESS_MEMORY;
            }
            while (all + bytes > limits.console()) {
                ConsoleBudget other = oldestOfTheLargest();
                if (other == null) {
                    return EdgeLimit.MEMORY;
                }
                other.ended = true;
                other.close();
                other.end.run();
            }
            count(bytes);
            unfinished.add(this);
            return null;
        }

        /** Of whoever holds most in unfinished bodies. */
        private @Nullable ConsoleBudget oldestOfTheLargest() {
            Map<String, Long> sums = new HashMap<>();
            for (ConsoleBudget each : unfinished) {
                sums.merge(each.holder(), each.taken, Long::sum);
            }
            ConsoleBudget found = null;
            for (ConsoleBudget each : unfinished) {
                if (each != this && (found == null || sum(sums, each) > sum(sums, found))) {
                    found = each;
                }
            }
            return found;
        }

        private static long sum(Map<String, Long> sums, ConsoleBudget of) {
            return sums.getOrDefault(of.holder(), 0L);
        }

        private String holder() {
            return account.isEmpty() ? address : account;
        }

        @Override
        public boolean finish() {
            synchronized (ConsoleMemory.this) {
                unfinished.remove(this);
                return !ended;
            }
        }

        @Override
        public void close() {
            synchronized (ConsoleMemory.this) {
                unfinished.remove(this);
                if (taken > 0) {
                    count(-taken);
                }
            }
        }

        private void count(long bytes) {
            taken += bytes;
            all += bytes;
            put(address, bytes);
            put(account, bytes);
        }
    }

    private long of(String whose) {
        return held.getOrDefault(whose, 0L);
    }

    private void put(String whose, long change) {
        long bytes = of(whose) + change;
        if (bytes <= 0 || whose.isEmpty()) {
            held.remove(whose);
        } else {
            held.put(whose, bytes);
        }
    }
}
