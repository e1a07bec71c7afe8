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
}
