package io.slipway.sql;

import java.util.function.Function;

/** The two engines. Both are thread-safe and wait no longer than the plane allows. */
sealed interface Engine extends AutoCloseable permits SqliteEngine, PostgresEngine {

    <T> T read(Plane plane, Function<Tx, T> work);

    <T> T write(Plane plane, Function<Tx, T> work);

    /** See {@link Database#statements}. */
    long statements();

    @Override
    void close();
}
