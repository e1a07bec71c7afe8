package io.slipway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class CachedStatementsTest {

    private final List<String> prepared = new ArrayList<>();

    private Connection counted(Connection real) {
        return (Connection)
                Proxy.newProxyInstance(
                        Connection.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("prepareStatement")) {
                                prepared.add((String) arguments[0]);
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    @Test
    void eachTextIsPreparedOnceHoweverItsParametersAreWritten() throws Exception {
        try (Connection real = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            Connection connection = counted(real);
            Jdbi jdbi = Jdbi.create(() -> connection);
            jdbi.setStatementBuilderFactory(made -> new CachedStatements());
            try (Handle handle = jdbi.open()) {
                for (int i = 0; i < 3; i++) {
                    assertThat(
                                    handle.createQuery("SELECT :number + 1")
                                            .bind("number", i)
                                            .mapTo(Integer.class)
                                            .one())
                            .isEqualTo(i + 1);
                    assertThat(
                                    handle.createQuery("SELECT ? + 2")
                                            .bind(0, i)
                                            .mapTo(Integer.class)
                                            .one())
                            .isEqualTo(i + 2);
                }
                assertThat(prepared).containsExactly("SELECT ? + 1", "SELECT ? + 2");
            }
        }
    }

    @Test
    void jdbiAndRawStatementsShareThem() throws Exception {
        try (Connection real = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            Connection connection = counted(real);
            var statements = new CachedStatements();
            Jdbi jdbi = Jdbi.create(() -> connection);
            jdbi.setStatementBuilderFactory(made -> statements);
            try (Handle handle = jdbi.open()) {
                var tx = new Tx(handle, statements, new StatementCount());
                for (int i = 0; i < 3; i++) {
                    assertThat(tx.query("SELECT :a + 1").bind("a", i).mapTo(Integer.class).one())
                            .isEqualTo(i + 1);
                    assertThat(sum(tx, i)).isEqualTo(i + 1);
                }
                assertThat(prepared).containsExactly("SELECT ? + 1");
            }
        }
    }

    @Test
    void oneThatIsInUseIsNotLentTwice() throws Exception {
        try (Connection real = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            Connection connection = counted(real);
            var statements = new CachedStatements();
            try (Handle handle = Jdbi.create(() -> connection).open()) {
                var tx = new Tx(handle, statements, new StatementCount());
                List<Integer> found =
                        tx.raw()
                                .all(
                                        "SELECT ? + 1 UNION SELECT 5 ORDER BY 1",
                                        bind -> bind.setInt(1, 1),
                                        row ->
                                                row.getInt(1)
                                                        + tx.raw()
                                                                .first(
                                                                        "SELECT ? + 1 UNION SELECT 5"
                                                                                + " ORDER BY 1",
                                                                        bind -> bind.setInt(1, 2),
                                                                        inner -> inner.getInt(1))
                                                                .orElseThrow());
                assertThat(found).containsExactly(2 + 3, 5 + 3);
            }
        }
    }

    @Test
    void onlyALimitedNumberIsStored() throws Exception {
        try (Connection real = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            Connection connection = counted(real);
            var statements = new CachedStatements();
            try (Handle handle = Jdbi.create(() -> connection).open()) {
                var tx = new Tx(handle, statements, new StatementCount());
                for (int i = 0; i < 1_000; i++) {
                    int each = i;
                    tx.raw().first("SELECT " + each, bind -> {}, row -> row.getInt(1));
                    sum(tx, i);
                }
                assertThat(prepared).as("a statement in constant use stays cached").hasSize(1_001);
                tx.raw().first("SELECT 999", bind -> {}, row -> row.getInt(1));
                assertThat(prepared).hasSize(1_001);
                tx.raw().first("SELECT 1", bind -> {}, row -> row.getInt(1));
                assertThat(prepared).hasSize(1_002);
            }
        }
    }

    private static int sum(Tx tx, int number) {
        return tx.raw()
                .first("SELECT ? + 1", bind -> bind.setInt(1, number), row -> row.getInt(1))
                .orElseThrow();
    }
}
