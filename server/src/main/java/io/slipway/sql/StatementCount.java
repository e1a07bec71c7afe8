package io.slipway.sql;

import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Counts the statements that one connection runs. One thread at a time counts, which needs no
 * locked instruction; any thread reads, and sees all that ran before what it waited for.
 */
final class StatementCount implements SqlLogger {

    private final AtomicLong total = new AtomicLong();

    void add(int statements) {
        total.setRelease(total.getPlain() + statements);
    }

    long total() {
        return total.getAcquire();
    }

    /** Jdbi is about to run one. */
    @Override
    public void logBeforeExecution(StatementContext context) {
        add(1);
    }
}
