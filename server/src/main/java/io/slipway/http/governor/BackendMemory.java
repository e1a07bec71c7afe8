package io.slipway.http.governor;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The memory that unfinished messages of backends share. When all of it is used, the oldest of them
 * end: otherwise whoever never finishes any would end those of others. Thread-safe.
 */
final class BackendMemory {

    private final long most;

    /** From the oldest. */
    private final Set<Share> unfinished = new LinkedHashSet<>();

    private long all;

    /**
     * @param most bytes of all together
     */
    BackendMemory(long most) {
        this.most = most;
    }

    /** The share of one connection's unfinished message. */
    MessageBudget share() {
        return new Share();
    }

    private final class Share implements MessageBudget {

        private Runnable end = () -> {};
        // Read without a lock by the connection's own event loop only, where zero is certain.
        private volatile int taken;
        private boolean ended;

        @Override
        public void whenNeeded(Runnable newEnd) {
            synchronized (BackendMemory.this) {
                end = newEnd;
            }
        }

        @Override
        public boolean assembling(int bytes) {
            synchronized (BackendMemory.this) {
                if (ended || bytes > most) {
                    return false;
                }
                taken += bytes;
                all += bytes;
                unfinished.add(this);
                while (all > most) {
                    Share oldest = unfinished.iterator().next();
                    oldest.ended = true;
                    oldest.give();
                    if (oldest == this) {
                        return false;
                    }
                    oldest.end.run();
                }
                return true;
            }
        }

        @Override
        public void assembled() {
            // By far most messages come in one piece.
            if (taken > 0) {
                synchronized (BackendMemory.this) {
                    give();
                }
            }
        }

        private void give() {
            unfinished.remove(this);
            all -= taken;
            taken = 0;
        }
    }
}
