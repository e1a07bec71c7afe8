package io.slipway.sql;

import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Counts the statements that one connection runs. Written by one thread at a time, which needs no
 * atomic instruction; read by any thread, which sees everything that ran before what it waited for.
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
