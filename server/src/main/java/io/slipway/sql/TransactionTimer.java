package io.slipway.sql;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** Says of transactions what a recording of Java Flight Recorder wants to know, if there is one. */
final class TransactionTimer {

    private TransactionTimer() {}

    /** Null, and nothing is loaded, until somebody records for the first time. */
    static @Nullable TransactionEvent begin() {
        if (!FlightRecorder.isInitialized()) {
            return null;
        }
        var event = new TransactionEvent();
        event.begin();
        return event;
    }

    /**
     * @param works that shared the transaction
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
