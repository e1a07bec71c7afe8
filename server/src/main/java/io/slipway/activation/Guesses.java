package io.slipway.activation;

import io.slipway.account.Caller;
import io.slipway.sql.Tx;
import io.slipway.work.Attempts;
import java.time.Duration;
import java.util.Optional;

/** Codes that people type in, and how many wrong ones are too many (decisions D2). Thread-safe. */
final class Guesses {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final int WRONG_PER_ACCOUNT = 10;
    private static final int WRONG_PER_ADDRESS = 30;

    /** Wrong codes an hour from everywhere that make a general storm. */
    private static final long STORM = 2_000;

    private static final String ALL = "code:all";

    private final Attempts attempts;
    private final Codes codes;

    Guesses(Attempts attempts, Codes codes) {
        this.attempts = attempts;
        this.codes = codes;
    }

    // Checked and counted in one transaction: a volley of guesses would all pass a check before
    // the first of them has failed.
    Optional<Activation> guess(Tx tx, Caller caller, String digits) {
        String account = "code:account:" + caller.accountId();
        String address = "code:address:" + Attempts.network(caller.address());
        attempts.check(tx, account, WRONG_PER_ACCOUNT);
        attempts.check(tx, address, WRONG_PER_ADDRESS);
        Optional<Activation> found = ActivationStore.ofCode(tx, digits).filter(codes::alive);
        if (found.isEmpty()) {
            attempts.failed(tx, account, HOUR);
            attempts.failed(tx, address, HOUR);
            attempts.failed(tx, ALL, HOUR);
        }
        return found;
    }

    boolean storm() {
        return attempts.count(ALL) >= STORM;
    }
}
