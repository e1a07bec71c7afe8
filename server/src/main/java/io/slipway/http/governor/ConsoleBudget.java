package io.slipway.http.governor;

import org.jspecify.annotations.Nullable;

/** The budget of a body of the console plane, shared by the process. Thread-safe. */
final class ConsoleBudget implements BodyBudget {

    private final Governor governor;
    private final String address;
    private final String account;
    private final int times;
    private long taken;

    ConsoleBudget(Governor governor, String address, String account, int times) {
        this.times = times;
        this.governor = governor;
        this.address = address;
        this.account = account;
    }

    @Override
    public synchronized @Nullable EdgeLimit take(int bytes) {
        long memory = (long) bytes * times;
        EdgeLimit over = governor.take(address, account, memory);
        if (over == null) {
            taken += memory;
        }
        return over;
    }

    @Override
    public synchronized void close() {
        governor.give(address, account, taken);
        taken = 0;
    }
}
