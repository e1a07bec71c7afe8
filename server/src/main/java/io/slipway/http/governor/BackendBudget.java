package io.slipway.http.governor;

import java.util.concurrent.atomic.AtomicLong;

/** The budget of a connection to a backend, from what all of them share. */
final class BackendBudget implements MessageBudget {

    private final AtomicLong all;
    private final long most;
    private int taken;

    BackendBudget(AtomicLong all, long most) {
        this.all = all;
        this.most = most;
    }

    @Override
    public boolean assembling(int bytes) {
        if (all.addAndGet(bytes) > most) {
            all.addAndGet(-bytes);
            return false;
        }
        taken += bytes;
        return true;
    }

    @Override
    public void assembled() {
        all.addAndGet(-taken);
        taken = 0;
    }
}
