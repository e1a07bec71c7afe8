package io.slipway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link Database#statements} counts. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class StatementsTest {

    private static final String INSERT =
            "INSERT INTO secret (id, purpose, sealed, created_at, retired_at)"
                    + " VALUES (?, 'test', '', ?, 0)";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Database database;

    @BeforeEach
    void open() {
        database = engine.open(folder);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aTransactionAloneIsNone() {
        assertThat(written(tx -> {})).isZero();
    }

    @Test
    void eachStatementIsOneHoweverItIsRun() {
        assertThat(written(tx -> tx.handle().execute(INSERT, "a", 1))).isEqualTo(1);
        assertThat(written(tx -> tx.query("SELECT 1").mapTo(Long.class).one())).isEqualTo(1);
        assertThat(
                        written(tx ->
                                tx.update("DELETE FROM secret WHERE id = :id")
                                        .bind("id", "x")
                                        .execute()))
                .isEqualTo(1);
        assertThat(
                        written(tx ->
                                tx.raw()
                                        .update(
                                                INSERT,
                                                bind -> {
                                                    bind.setString(1, "b");
                                                    bind.setLong(2, 2);
                                                })))
                .isEqualTo(1);
        assertThat(
                        written(tx -> {
                            tx.raw()
                                    .first(
                                            "SELECT id FROM secret",
                                            none -> {},
                                            row -> row.getString(1));
                            tx.raw()
                                    .all(
                                            "SELECT id FROM secret",
                                            none -> {},
                                            row -> row.getString(1));
                        }))
                .isEqualTo(2);
    }

    @Test
    void eachRowOfABatchIsOne() {
        assertThat(batch(List.of("a", "b", "c"))).isEqualTo(3);
        assertThat(batch(List.of("d", "e", "f"))).as("the same statement again").isEqualTo(3);
        assertThat(batch(List.of())).isZero();
    }

    @Test
    void eachStatementOfALongListOfKeysIsOne() {
        var keys = LongStream.range(0, 5_000).boxed().toList();
        long before = database.statements();
        database.read(
                Plane.CONSOLE,
                tx ->
                        tx.in(
                                "SELECT id FROM secret WHERE created_at IN (<keys>)",
                                keys,
                                row -> row.getString(1)));
        assertThat(database.statements() - before).isEqualTo(3);
    }

    @Test
    void whatWasUndoneRanToo() {
        long before = database.statements();
        assertThatThrownBy(() ->
                        database.run(
                                Plane.CONSOLE,
                                tx -> {
                                    tx.handle().execute(INSERT, "a", 1);
                                    throw new IllegalArgumentException("on purpose");
                                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(database.statements() - before).isEqualTo(1);
    }

    private long batch(List<String> ids) {
        return written(tx ->
                tx.batch(
                        INSERT,
                        ids,
                        (bind, id) -> {
                            bind.setString(1, id);
                            bind.setLong(2, 0);
                        }));
    }

    private long written(Consumer<Tx> work) {
        long before = database.statements();
        database.run(Plane.CONSOLE, work);
        return database.statements() - before;
    }
}
