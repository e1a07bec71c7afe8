package io.slipway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteDataSource;

/** A database from the time when a MAC belonged to one account keeps all its bindings. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class PairsMigrationTest {

    private static final String BEFORE = "015";
    private static final long MAC = 0xd4_06_06_00_00_01L;
    private static final long OTHER = 0xd4_06_06_00_00_02L;
    private static final long SOLD_TWICE = 0xd4_06_06_00_00_03L;
    private static final long MULTICAST = 0x01_00_5e_00_00_01L;

    @Parameter TestEngine engine;
    @TempDir Path folder;

    @Test
    void everyPairThatWasBoundIsBoundStill() {
        DatabaseConfig config = engine.empty(folder);
        DataSource source = source(config);
        Database.migrations(source, config.postgres()).target(BEFORE).load().migrate();
        Jdbi.create(source).useHandle(PairsMigrationTest::fill);
        try (var after = Database.open(config)) {
            assertThat(
                            texts(
                                    after,
                                    "SELECT account_id || ' ' || pair || ' ' || alias || ' ' ||"
                                            + " coalesce(agent_id, '-') || ' ' || tags FROM device"
                                            + " ORDER BY id"))
                    .containsExactly(
                            "alice p1 kitchen a1 [\"t\"]",
                            "bob p2  - []",
                            "alice p3  - []",
                            "bob p5  - []",
                            "carol p4  - []",
                            "alice z1  - []",
                            "bob m1  - []");
            assertThat(texts(after, "SELECT tag FROM device_tag ORDER BY device"))
                    .as("a deleted device has no tags")
                    .containsExactly("t");
            assertThat(texts(after, "SELECT address FROM device_seen ORDER BY id"))
                    .containsExactly("192.0.2.1");
            // Only a MAC that identifies a single device is unique within an account.
            assertThat(texts(after, "SELECT pair FROM device WHERE twin <> 0 ORDER BY id"))
                    .containsExactly("z1", "m1");
            assertThat(
                            texts(
                                    after,
                                    "SELECT rollout || ' ' || account_id FROM rollout_named"
                                            + " ORDER BY rollout, account_id"))
                    .containsExactly("all bob", "own alice");
            assertThat(texts(after, "SELECT cause FROM rollout_attempt"))
                    .containsExactly("PIN_MOVED");
            assertThat(texts(after, "SELECT kind FROM evidence")).containsExactly("PinMoved");
            assertThat(texts(after, "SELECT body FROM decision"))
                    .as("answers with removed reasons are deleted")
                    .containsExactly("{\"offered\":\"own\"}");
        }
    }

    private static void fill(Handle db) {
        // Bound, with everything that a device can have.
        device(db, 1, MAC, "alice", "p1", 1);
        db.execute(
                "UPDATE device SET alias = 'kitchen', alias_key = 'kitchen', agent_id = 'a1',"
                        + " tags = '[\"t\"]', rival = 'r', rival_at = 5 WHERE id = 1");
        db.execute("INSERT INTO device_tag VALUES ('alice', 't', 1)");
        db.execute("INSERT INTO device_seen VALUES (1, 7, '192.0.2.1', '')");
        // Bob took over Alice's device: each of them has a pair.
        device(db, 2, OTHER, "bob", "p2", 1);
        device(db, 3, OTHER, "alice", "p3", 0);
        // Carol had it before Alice, who had it before Bob took over the very same pair.
        device(db, 4, SOLD_TWICE, "alice", "p5", 0);
        device(db, 5, SOLD_TWICE, "bob", "p5", 1);
        device(db, 6, SOLD_TWICE, "carol", "p4", 0);
        db.execute("INSERT INTO device_tag VALUES ('alice', 'gone', 4)");
        db.execute("INSERT INTO device_seen VALUES (4, 7, '192.0.2.4', '')");
        device(db, 7, 0, "alice", "z1", 1);
        device(db, 8, MULTICAST, "bob", "m1", 1);
        rollout(db, "own", 0);
        rollout(db, "all", 1);
        db.execute("INSERT INTO rollout_named VALUES ('own', " + OTHER + ", 2)");
        db.execute("INSERT INTO rollout_named VALUES ('all', " + OTHER + ", 1)");
        db.execute(
                "INSERT INTO rollout_attempt VALUES ('own', 1, 'alice', 1, 'b', '1', 'e', 0,"
                        + " 's', 'EXTERNAL', 'ANOTHER_PAIR', 0, '', 0, 1, 1, 1, 1, '', '', '')");
        db.execute("INSERT INTO decision VALUES (1, 1, '{\"offered\":\"own\"}')");
        db.execute(
                "INSERT INTO decision VALUES (2, 1, '{\"refused\":[\"CONTESTED\",\"\"],\"each\":[]}')");
        db.execute("INSERT INTO evidence VALUES (1, 1, 'own', 1, 'AnotherPairCalled', '', '')");
    }

    private static void device(
            Handle db, long id, long mac, String account, String pair, int held) {
        db.execute(
                """
                INSERT INTO device (id, mac, account_id, agent_id, held, pair, pinned, weak,
                    proven, alias, alias_key, board, board_key, version, chip, elf, slot,
                    language, facts, facts_print, auto_update, sort, bound_at, updated_at,
                    updater)
                VALUES (?, ?, ?, NULL, ?, ?, 1, 0, 1, '', '', 'b', 'b', '1', '', '', '', '',
                    '{}', 0, 1, 0, 0, 0, '')\
                """,
                id,
                mac,
                account,
                held,
                pair);
    }

    private static void rollout(Handle db, String id, int everyone) {
        db.execute(
                "INSERT INTO rollout VALUES (?, 'alice', ?, 'n', 'b', '', '{}', 1, 's',"
                        + " 'DRAFT', 0, 0, '', 0, 0, '', 0, '', '', '', 0, 0)",
                id,
                everyone);
    }

    private static DataSource source(DatabaseConfig config) {
        if (config.postgres()) {
            var source = new PGSimpleDataSource();
            source.setUrl(config.url());
            source.setUser(config.user());
            source.setPassword(config.password());
            return source;
        }
        var source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + config.folder().resolve("slipway.db"));
        return source;
    }

    private static List<String> texts(Database database, String sql) {
        return database.read(
                Plane.CONSOLE, tx -> tx.handle().createQuery(sql).mapTo(String.class).list());
    }
}
