package io.slipway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.Waits;
import io.slipway.cluster.Presence.LiveSession;
import io.slipway.cluster.Presence.SessionDetails;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Presence over several nodes and a real PostgreSQL. */
class SharedPresenceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    private DatabaseConfig config;
    private final List<One> nodes = new ArrayList<>();

    /** A node with its own connections. */
    private static final class One implements AutoCloseable {
        final Node node;
        final Database database;
        final Bus bus;
        final Presence presence;
        final ConcurrentLinkedQueue<String> replaced = new ConcurrentLinkedQueue<>();

        One(DatabaseConfig config, Path folder) {
            node = Node.start(folder);
            database = Database.open(config);
            bus = new Bus.Postgres(config);
            presence = new Presence.Postgres(database, bus, node, () -> 0);
            // As the gateway does: it ends the session, which closes it here.
            presence.onReplaced(session -> {
                replaced.add(session);
                presence.closed(session);
            });
        }

        void open(String session, String pair, long device, String account, long since) {
            presence.opened(
                    SampleSessions.session(node.name(), session, pair, device, account, since));
        }

        /** All that it knows of. */
        Set<String> sessions() {
            return presence.ofAccount(null, null, 1_000).stream()
                    .map(LiveSession::sessionId)
                    .collect(Collectors.toSet());
        }

        /** Like kill -9: it stops without notice. */
        void die() {
            bus.close();
            database.close();
        }

        @Override
        public void close() {
            presence.close();
            bus.close();
            database.close();
        }
    }

    @BeforeEach
    void database() {
        config = TestEngine.POSTGRES.config(folder);
    }

    @AfterEach
    void end() {
        nodes.forEach(One::close);
    }

    private One start(String name) throws IOException {
        One node = new One(config, Files.createDirectories(folder.resolve(name)));
        nodes.add(node);
        return node;
    }

    private static String session(One node, String id) {
        return node.presence.session(id).map(LiveSession::node).orElse("");
    }

    @Test
    void allNodesSeeAllSessions() throws Exception {
        One one = start("one");
        One two = start("two");
        for (int i = 0; i < 2_500; i++) {
            One node = i % 2 == 0 ? one : two;
            node.open(id(i), "pair" + i, i, "account" + i % 5, 1_000 + i);
        }
        for (One node : List.of(one, two)) {
            eventually(() -> node.presence.count() == 2_500);
            var devices = node.presence.ofDevices(LongStream.range(0, 1_000).boxed().toList());
            assertThat(devices).hasSize(1_000);
            assertThat(devices.get(7L).sessionId()).isEqualTo(id(7));
            assertThat(devices.get(7L).node()).isEqualTo(two.node.name());
            assertThat(session(node, id(8))).isEqualTo(one.node.name());

            // Page by page, newest first.
            var seen = new ArrayList<String>();
            String after = null;
            List<LiveSession> page;
            do {
                page = node.presence.ofAccount("account3", after, 70);
                page.forEach(live -> seen.add(live.sessionId()));
                after = page.isEmpty() ? after : page.getLast().sessionId();
            } while (page.size() == 70);
            assertThat(seen).hasSize(500).isSortedAccordingTo((a, b) -> b.compareTo(a));
            assertThat(node.presence.ofAccount(null, null, 3))
                    .extracting(LiveSession::sessionId)
                    .containsExactly(id(2_499), id(2_498), id(2_497));
        }
        for (int i = 0; i < 2_500; i += 2) {
            one.presence.closed(id(i));
        }
        eventually(() -> two.presence.count() == 1_250);
        assertThat(two.presence.ofDevices(List.of(8L, 9L))).containsOnlyKeys(9L);

        // Whatever a path or a device contains.
        assertThat(one.presence.session("\0")).isEmpty();
        assertThat(one.presence.ofAccount(null, "\0", 5)).isEmpty();
        two.presence.opened(
                new LiveSession(
                        "~",
                        "p",
                        0,
                        "",
                        two.node.name(),
                        1,
                        new SessionDetails("", "", "\0", "中'\"{,}", "")));
        eventually(() -> one.presence.ofDevices(List.of(0L)).containsKey(0L));
        assertThat(one.presence.ofDevices(List.of(0L)).get(0L).details().version())
                .isEqualTo("中'\"{,}");
        two.presence.closed("~");

        // A regular shutdown is visible at once.
        two.close();
        assertThat(one.presence.count()).isZero();
        assertThat(rows(one, "presence")).isZero();
        assertThat(rows(one, "node")).isOne();
    }

    @Test
    void theNewerSessionOfAPairEndsTheOlderOnAnotherNode() throws Exception {
        One one = start("one");
        One two = start("two");
        one.open("s1", "pair", 1, "a", 1_000);
        eventually(() -> two.presence.session("s1").isPresent());
        two.open("s2", "pair", 1, "a", 2_000);
        eventually(() -> one.replaced.contains("s1"));
        eventually(() -> one.presence.session("s2").isPresent());
        assertThat(one.presence.session("s1")).isEmpty();
        assertThat(one.presence.ofDevices(List.of(1L)).get(1L).sessionId()).isEqualTo("s2");

        // The older session loses although it was written later.
        one.open("s0", "pair", 1, "a", 500);
        eventually(() -> one.replaced.contains("s0"));
        assertThat(session(one, "s2")).isEqualTo(two.node.name());

        // On its own node a session replaces another whatever the clock says.
        two.open("s3", "pair", 1, "a", 1_500);
        eventually(() -> one.presence.session("s3").isPresent());
        assertThat(one.replaced).containsExactly("s1", "s0");
        assertThat(two.replaced).isEmpty();
        two.presence.closed("s3");
        eventually(() -> one.presence.count() == 0);
    }

    @Test
    void manyNodesThatFightForPairsEndWithOneSessionEach() throws Exception {
        long seed = Long.getLong("slipway.seed", System.nanoTime());
        var random = new Random(seed);
        var all = List.of(start("one"), start("two"), start("three"));
        Map<String, String> newest = new HashMap<>();
        for (int i = 0; i < 600; i++) {
            String pair = "pair" + random.nextInt(40);
            One node = all.get(random.nextInt(3));
            node.open(id(i), pair, 1, "a", i);
            newest.put(pair, id(i));
            if (random.nextInt(20) == 0) {
                Thread.sleep(random.nextInt(60));
            }
        }
        // Also when as many as expected are known, one of them may still be an older one.
        var expected = Set.copyOf(newest.values());
        for (One node : all) {
            eventually(() -> node.sessions().equals(expected), "seed " + seed);
            assertThat(node.presence.count()).as("seed %d", seed).isEqualTo(expected.size());
        }
    }

    @Test
    @Waits
    void theSessionsOfADeadNodeDoNotCount() throws Exception {
        One one = start("one");
        One two = start("two");
        two.open("s1", "pair", 1, "a", 9_000_000_000_000L);
        two.open("s2", "pair2", 2, "a", 1_000);
        eventually(() -> one.presence.count() == 2);
        two.die();
        assertThat(one.presence.count()).as("not noticed yet").isEqualTo(2);

        silence(one, two);
        assertThat(one.presence.count()).isZero();
        assertThat(one.presence.ofDevices(List.of(1L, 2L))).isEmpty();
        assertThat(one.presence.session("s1")).isEmpty();
        assertThat(one.presence.ofAccount("a", null, 10)).isEmpty();

        // Even if a wrong clock had made it the newer one.
        one.open("s3", "pair", 1, "a", 2_000);
        eventually(() -> rows(one, "presence") == 1);
        eventually(() -> rows(one, "node") == 1);
        assertThat(one.replaced).isEmpty();
        assertThat(one.presence.ofDevices(List.of(1L)).get(1L).sessionId()).isEqualTo("s3");
    }

    @Test
    void aNodeRemovesWhatItsEarlierLifeLeft() throws Exception {
        One one = start("one");
        One two = start("two");
        two.open("s1", "pair", 1, "a", 1_000);
        eventually(() -> one.presence.count() == 1);
        two.die();
        One again = start("two");
        assertThat(again.node.earlier()).isEqualTo(two.node.name());
        eventually(() -> one.presence.count() == 0);
        eventually(() -> rows(one, "presence") == 0);
    }

    @Test
    void whatTheTableLostIsWrittenAgain() throws Exception {
        One one = start("one");
        One two = start("two");
        two.open("s1", "pair1", 1, "a", 1_000);
        two.open("s2", "pair2", 2, "a", 1_000);
        eventually(() -> one.presence.count() == 2);

        // It was silent for long, as after a laptop's night of sleep, and was cleaned up.
        sql(one, "DELETE FROM presence");
        sql(one, "DELETE FROM node WHERE name = '" + two.node.name() + "'");
        assertThat(one.presence.count()).isZero();
        eventually(() -> one.presence.count() == 2);

        // It missed that one of its own sessions was replaced, and that others changed.
        sql(
                one,
                "UPDATE presence SET id = 'x', node = '"
                        + one.node.name()
                        + "', since = 5000 WHERE id = 's1'");
        sql(
                one,
                "INSERT INTO presence SELECT 'pair3', 'y', 3, account_id, agent_id, mac, node, address, version, backend, since FROM presence WHERE id = 's2'");
        sql(
                one,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name = 'slipway-bus' AND datname = current_database()");
        eventually(() -> two.replaced.contains("s1"));
        eventually(() -> two.presence.session("s1").isEmpty());
        eventually(() -> rows(one, "presence") == 1);
        assertThat(one.presence.session("s2")).isPresent();
        assertThat(one.presence.session("y")).isEmpty();
    }

    @Test
    @Waits
    void anUnavailableDatabaseBlocksNobodyAndWritesAreMadeUpFor() throws Exception {
        Path data = folder.resolve("postgres");
        EmbeddedPostgres postgres = postgres(data, 0);
        int port = postgres.getPort();
        config =
                new DatabaseConfig(
                        folder,
                        postgres.getJdbcUrl("postgres", "postgres"),
                        "postgres",
                        "postgres",
                        3);
        try {
            One one = start("one");
            One two = start("two");
            one.open("s1", "pair1", 1, "a", 1_000);
            one.open("s2", "pair2", 2, "a", 1_000);
            eventually(() -> two.presence.count() == 2);
            postgres.close();

            // More than its queue can hold.
            for (int i = 10; i < 150_000; i++) {
                one.open(id(i), "pair" + i, i, "a", 1_000);
                one.presence.closed(id(i));
            }
            one.presence.closed("s1");
            one.open("s3", "pair3", 3, "a", 1_000);
            two.open("s4", "pair2", 2, "a", 2_000);
            assertThat(one.presence.session("s2")).as("of this node").isPresent();
            assertThatThrownBy(one.presence::count).isInstanceOf(StoreException.class);

            postgres = postgres(data, port);
            eventually(() -> one.replaced.contains("s2"));
            eventually(() -> readable(one) && one.presence.count() == 2);
            eventually(() -> readable(two) && two.presence.session("s3").isPresent());
            assertThat(rows(one, "presence")).isEqualTo(2);
        } finally {
            nodes.forEach(One::close);
            nodes.clear();
            postgres.close();
        }
    }

    private static EmbeddedPostgres postgres(Path data, int port) throws IOException {
        var builder = EmbeddedPostgres.builder();
        builder.setDataDirectory(data).setCleanDataDirectory(false);
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    // Right after a restart the database may refuse connections.
    private static boolean readable(One node) {
        try {
            node.presence.count();
            return true;
        } catch (StoreException e) {
            return false;
        }
    }

    private static String id(int n) {
        return String.format("%08d", n);
    }

    // As if the node had been silent for 31 s.
    private static void silence(One by, One node) {
        sql(
                by,
                "UPDATE node SET seen_at = seen_at - 31000 WHERE name = '"
                        + node.node.name()
                        + "'");
    }

    private static void sql(One by, String sql) {
        by.database.run(Plane.CONSOLE, tx -> tx.handle().execute(sql));
    }

    private static long rows(One by, String table) {
        return by.database.read(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .createQuery("SELECT count(*) FROM " + table)
                                .mapTo(Long.class)
                                .one());
    }

    private interface Condition {
        boolean holds();
    }

    private static void eventually(Condition condition) throws InterruptedException {
        eventually(condition, "in time");
    }

    // Bounded waiting for something on another thread; not a measurement.
    private static void eventually(Condition condition, String what) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(20);
        }
    }
}
