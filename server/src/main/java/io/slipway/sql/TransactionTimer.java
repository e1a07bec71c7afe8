package io.slipway.sql;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** Reports transactions to Java Flight Recorder, if it is recording. */
final class TransactionTimer {

    private TransactionTimer() {}

    /** Null, and loads nothing, until a recording starts for the first time. */
    static @Nullable TransactionEvent begin() {
        if (!FlightRecorder.isInitialized()) {
            return null;
        }
        var event = new TransactionEvent();
        event.begin();
        return event;
    }

    /**
     * @param works jobs that shared the transaction
     * @param statements that it ran
     */
    static void end(@Nullable TransactionEvent event, int works, long statements, boolean writes) {
        if (event == null) {
            return;
        }
        event.end();
        if (event.shouldCommit()) {
            event.works = works;
            event.statements = (int) statements;
            event.writes = writes;
            event.commit();
        }
    }
}
