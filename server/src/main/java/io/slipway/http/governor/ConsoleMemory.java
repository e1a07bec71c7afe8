package io.slipway.http.governor;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.PriorityQueue;
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
    private final Map<String, Holder> unfinished = new HashMap<>();
    private long all;

    /** The unfinished bodies of an account, or of an address without one. */
    private static final class Holder {
        /** From the oldest. */
        final Set<ConsoleBudget> bodies = new LinkedHashSet<>();

        long bytes;
    }

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

        /** Whether the body is complete: what is taken later never ends it. */
        private boolean finished;

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
            if (!makeRoom(bytes)) {
                return EdgeLimit.MEMORY;
            }
            count(bytes);
            if (!finished) {
                Holder holder = unfinished.computeIfAbsent(holder(), each -> new Holder());
                holder.bodies.add(this);
                holder.bytes += bytes;
            }
            return null;
        }

        /** Ends the oldest bodies of whoever holds most in unfinished ones, until there is room. */
        private boolean makeRoom(long bytes) {
            if (all + bytes <= limits.console()) {
                return true;
            }
            var holders = new PriorityQueue<Holder>((a, b) -> Long.compare(b.bytes, a.bytes));
            holders.addAll(unfinished.values());
            while (all + bytes > limits.console()) {
                Holder most = holders.poll();
                if (most == null) {
                    return false;
                }
                ConsoleBudget oldest =
                        most.bodies.stream().filter(each -> each != this).findFirst().orElse(null);
                if (oldest == null) {
                    continue;
                }
                oldest.ended = true;
                oldest.close();
                oldest.end.run();
                if (!most.bodies.isEmpty()) {
                    holders.add(most);
                }
            }
            return true;
        }

        private String holder() {
            return account.isEmpty() ? address : account;
        }

        private void leave() {
            Holder holder = unfinished.get(holder());
            if (holder != null && holder.bodies.remove(this)) {
                holder.bytes -= taken;
                if (holder.bodies.isEmpty()) {
                    unfinished.remove(holder());
                }
            }
        }

        @Override
        public boolean finish() {
            synchronized (ConsoleMemory.this) {
                leave();
                finished = true;
                return !ended;
            }
        }

        @Override
        public void close() {
            synchronized (ConsoleMemory.this) {
                leave();
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
