package io.slipway.sql;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A transaction as a Java Flight Recorder event. Created by {@link TransactionTimer}: initializing
 * this class starts half of the recorder.
 */
@Name("io.slipway.Transaction")
@Label("Database Transaction")
@Description("One transaction of the database, from its beginning to its commit or rollback")
@Category({"Slipway", "Database"})
@StackTrace(false)
final class TransactionEvent extends Event {

    @Label("Works")
    @Description("How many pieces of work shared the transaction; always 1 on PostgreSQL")
    int works;

    @Label("Statements")
    @Description("SQL statements that it ran; each row of a batch is one")
    int statements;

    @Label("Writes")
    @Description("Whether it was begun in order to write")
    boolean writes;
}
