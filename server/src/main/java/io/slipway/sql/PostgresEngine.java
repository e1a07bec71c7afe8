package io.slipway.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** PostgreSQL with a pool for each plane, so that a slow report never blocks devices. */
final class PostgresEngine implements Engine {

    private static final int TRIES = 4;

    private final Map<Plane, HikariDataSource> pools = new EnumMap<>(Plane.class);
    private final Map<Plane, Jdbi> jdbis = new EnumMap<>(Plane.class);
    private final LongAdder statements = new LongAdder();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private PostgresEngine(DatabaseConfig config) {
        for (Plane plane : Plane.values()) {
            HikariDataSource pool = pool(config, plane);
            pools.put(plane, pool);
            jdbis.put(plane, Jdbi.create(pool));
        }
    }

    static PostgresEngine open(DatabaseConfig config) {
        try (HikariDataSource first = pool(config, Plane.BACKGROUND)) {
            Database.migrate(first, true);
        }
        return new PostgresEngine(config);
    }

    private static HikariDataSource pool(DatabaseConfig config, Plane plane) {
        long maxWait = plane.maxWait().toMillis();
        var hikari = new HikariConfig();
        hikari.setPoolName("slipway-" + plane.name().toLowerCase(java.util.Locale.ROOT));
        hikari.setJdbcUrl(config.url());
        if (!config.user().isEmpty()) {
            hikari.setUsername(config.user());
            hikari.setPassword(config.password());
        }
        hikari.setMaximumPoolSize(plane == Plane.BACKGROUND ? 2 : config.poolSize());
        hikari.setMinimumIdle(1);
        hikari.setConnectionTimeout(Math.max(250, maxWait));
        hikari.setInitializationFailTimeout(10_000);
        hikari.addDataSourceProperty("ApplicationName", "slipway");
        hikari.addDataSourceProperty("connectTimeout", 5);
        hikari.addDataSourceProperty("socketTimeout", maxWait / 1000 + 5);
        hikari.addDataSourceProperty(
                "options", "-c statement_timeout=" + maxWait + " -c synchronous_commit=on");
        return new HikariDataSource(hikari);
    }

    @Override
    public <T> T read(Plane plane, Function<Tx, T> work) {
        return await(plane, work, false);
    }

    @Override
    public <T> T write(Plane plane, Function<Tx, T> work) {
        return await(plane, work, true);
    }

    private <T> T await(Plane plane, Function<Tx, T> work, boolean writes) {
        Future<T> running;
        try {
            running = threads.submit(() -> transaction(plane, work, writes));
        } catch (RejectedExecutionException e) {
            throw new StoreException("the database is closed", e);
        }
        try {
            return running.get(plane.maxWait().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            running.cancel(true);
            throw new StoreException("the database took over " + plane.maxWait(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            running.cancel(true);
            throw new StoreException("interrupted while waiting for the database", e);
        } catch (ExecutionException e) {
            throw SqliteEngine.failure(e.getCause());
        }
    }

    private <T> T transaction(Plane plane, Function<Tx, T> work, boolean writes) {
        Jdbi jdbi = java.util.Objects.requireNonNull(jdbis.get(plane));
        for (int attempt = 1; ; attempt++) {
            var count = new StatementCount();
            TransactionEvent event = TransactionTimer.begin();
            try {
                var hooks = new ArrayList<Runnable>();
                T result =
                        jdbi.inTransaction(handle -> {
                            Tx tx = new Tx(handle, null, count);
                            T done = work.apply(tx);
                            hooks.addAll(tx.takeHooks());
                            return done;
                        });
                TransactionTimer.end(event, 1, count.total(), writes);
                hooks.forEach(Runnable::run);
                return result;
            } catch (RuntimeException e) {
                TransactionTimer.end(event, 1, count.total(), writes);
                if (attempt == TRIES || !collided(e)) {
                    throw e;
                }
            } finally {
                statements.add(count.total());
            }
        }
    }

    @Override
    public long statements() {
        return statements.sum();
    }

    // Deadlock or serialization failure: another transaction won, so this one must be retried.
    private static boolean collided(@Nullable Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return "40001".equals(sql.getSQLState()) || "40P01".equals(sql.getSQLState());
            }
        }
        return false;
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pools.values().forEach(HikariDataSource::close);
    }
}
