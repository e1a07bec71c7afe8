package io.slipway.activation;

import io.slipway.account.Caller;
import io.slipway.http.Problem;
import io.slipway.sql.Tx;
import io.slipway.work.Throttles;
import java.time.Duration;

/**
 * How many devices an account binds by their codes within a day. Devices that were imported are not
 * counted: a fleet of a hundred thousand may be switched on at once, and imports have limits of
 * their own; nor are programs, of which there are at most a hundred. Thread-safe.
 */
final class DailyBindings {

    private static final Duration DAY = Duration.ofDays(1);

    private final Throttles throttles;
    private final int most;
    private final Runnable refused;

    /**
     * @param refused runs whenever an account has bound as many as it may
     */
    DailyBindings(Throttles throttles, int most, Runnable refused) {
        this.throttles = throttles;
        this.most = most;
        this.refused = refused;
    }

    /**
     * Counts one, in the transaction that binds it.
     *
     * @throws Problem 429 if the account has bound as many as it may
     */
    void add(Tx tx, Caller caller) {
        if (caller.admin()) {
            return;
        }
        String key = "bound:" + caller.accountId();
        throttles.lock(tx, key);
        Throttles.WindowCount today = throttles.window(tx, key);
        if (today.total() >= most) {
            refused.run();
            throw Problem.tooMany(
                    today.seconds(),
                    "每个账号每天最多绑定 " + most + " 台设备",
                    "At most " + most + " devices a day per account");
        }
        throttles.add(tx, key, 1, DAY);
    }
}
