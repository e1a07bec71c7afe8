package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.backup.BackupReport;
import io.slipway.backup.Backups;
import io.slipway.backup.Passphrase;
import io.slipway.http.Json;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackupTest {

    private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");
    private static final byte[] IMAGE =
            new FirmwareFile(
                            Chip.ESP32S3,
                            "2.5.0",
                            "xiaozhi",
                            300 * 1024,
                            0,
                            FirmwareFile.of(Chip.ESP32S3, "2.5.0").behaviour(),
                            "",
                            FirmwareFile.HOME)
                    .bytes();

    @TempDir Path folder;

    /** A data folder and its database. */
    private record Home(Path data, DatabaseConfig database) {

        Config config() throws Config.InvalidSettings {
            var properties = new Properties();
            properties.setProperty("data.dir", data.toString());
            if (database.postgres()) {
                TestServer.postgres(database.url()).forEach(properties::setProperty);
            }
            return Config.read(properties, Map.of());
        }

        TestServer start() {
            return TestServer.start(
                    data,
                    new TestClock(),
                    database.postgres() ? TestServer.postgres(database.url()) : TestServer.pairs());
        }

        BackupReport backup(Path file, Passphrase passphrase) throws Exception {
            return Backups.backup(config().backupParts(), file, passphrase, NOW);
        }

        BackupReport restore(Path file, Passphrase passphrase) throws Exception {
            return Backups.restore(config().backupParts(), file, passphrase);
        }
    }

    private Home home(TestEngine engine, String name) {
        Path data = folder.resolve(name);
        return new Home(data, engine.empty(data));
    }

    /** Registers, uploads a build, and binds a device; returns the device's token. */
    private static String used(TestServer server) {
        Person person = Person.register(server, "owner");
        var form = new ByteArrayOutputStream();
        form.writeBytes(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n"
                        .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(IMAGE);
        form.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8));
        var uploaded =
                server.call(
                        "POST",
                        "/v1/builds",
                        form.toByteArray(),
                        "Authorization",
                        "Bearer " + person.token,
                        "Content-Type",
                        "multipart/form-data; boundary=b");
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(200);
        TestDevice device = TestDevice.of(server, 1);
        person.bind(device.code());
        return token(device);
    }

    private static String token(TestDevice device) {
        return device.checkIn().at("/websocket/token").asText();
    }

    private static void requireUsable(Home home, String token) throws Exception {
        try (TestServer server = home.start()) {
            assertThat(Person.login(server, "owner").token).isNotEmpty();
            assertThat(token(TestDevice.of(server, 1))).isNotEmpty().isEqualTo(token);
        }
        try (var images = Files.list(home.data().resolve("firmware"))) {
            assertThat(Files.readAllBytes(images.findFirst().orElseThrow())).isEqualTo(IMAGE);
        }
    }

    private static Map<String, String> entries(Path file) throws IOException {
        var entries = new LinkedHashMap<String, String>();
        try (var zip = new ZipInputStream(Files.newInputStream(file))) {
            ZipEntry entry;
            while ((entry = zip.getNextEntry()) != null) {
                entries.put(
                        entry.getName(),
                        new String(zip.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        return entries;
    }

    private static Map<String, String> withoutHeader(Path file) throws IOException {
        Map<String, String> entries = entries(file);
        assertThat(entries.remove("backup.json")).contains("\"format\":1");
        return entries;
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(each -> each.getFileName().toString())
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everythingComesBackOnEitherEngine(TestEngine engine) throws Exception {
        Home first = home(engine, "first");
        Path file = folder.resolve("one.backup");
        String token;
        try (TestServer server = first.start()) {
            token = used(server);
            BackupReport report = first.backup(file, null);
            assertThat(report.devices()).isEqualTo(1);
            assertThat(report.images()).isEqualTo(1);
            assertThat(report.missing()).isEmpty();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        for (TestEngine other : TestEngine.values()) {
            Home second = home(other, "second-" + other);
            BackupReport restored = second.restore(file, null);
            assertThat(restored.time()).isEqualTo(NOW.toString());
            // Read again from the other engine: the same bytes in every table.
            Path again = folder.resolve("again-" + other);
            second.backup(again, null);
            assertThat(withoutHeader(again)).isEqualTo(withoutHeader(file));
            requireUsable(second, token);
            // And back.
            Home third = home(engine, "third-" + other);
            third.restore(again, null);
            requireUsable(third, token);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBackupUnderLoadIsOneMoment(TestEngine engine) throws Exception {
        Home first = home(engine, "first");
        Path file = folder.resolve("one.backup");
        Passphrase passphrase = new Passphrase("correct horse battery");
        String token;
        var stop = new AtomicBoolean();
        var done = new AtomicLong();
        try (TestServer server = first.start();
                var load = Executors.newVirtualThreadPerTaskExecutor()) {
            token = used(server);
            Database database = server.main.base().database();
            Future<?> pairs =
                    load.submit(() -> {
                        for (long i = 1; !stop.get(); i++) {
                            pair(database, i);
                            done.set(i);
                        }
                    });
            Future<?> calls =
                    load.submit(() -> {
                        for (int i = 10; !stop.get(); i++) {
                            TestDevice.of(server, i).checkIn();
                        }
                    });
            while (done.get() < 20) {
                Thread.sleep(5);
            }
            long before = done.get();
            first.backup(file, passphrase);
            long after = done.get();
            stop.set(true);
            pairs.get();
            calls.get();

            Home second = home(engine, "second");
            second.restore(file, passphrase);
            try (Database restored = Database.open(second.database())) {
                long outages = count(restored, "outage WHERE why = 'pair'");
                assertThat(outages).isBetween(before, after + 1);
                assertThat(count(restored, "zone_news WHERE account_id LIKE 'pair%'"))
                        .isEqualTo(outages);
                assertThat(count(restored, "activation")).isPositive();
            }
            requireUsable(second, token);
        }
    }

    // Whoever sees one of these rows must see the other.
    private static void pair(Database database, long i) {
        database.run(
                Plane.CONSOLE,
                tx -> {
                    tx.update("INSERT INTO zone_news (account_id, after) VALUES (:id, 0)")
                            .bind("id", "pair" + i)
                            .execute();
                    tx.update(
                                    "INSERT INTO outage (id, from_at, to_at, why)"
                                            + " VALUES (:id, 0, 0, 'pair')")
                            .bind("id", i)
                            .execute();
                });
    }

    private static long count(Database database, String what) {
        return database.read(
                Plane.CONSOLE,
                tx -> tx.query("SELECT count(*) FROM " + what).mapTo(Long.class).one());
    }

    /** A backup of a used SQLite server. */
    private Path made(Passphrase passphrase) throws Exception {
        Home first = home(TestEngine.SQLITE, "first");
        try (TestServer server = first.start()) {
            used(server);
        }
        Path file = folder.resolve("one.backup");
        first.backup(file, passphrase);
        return file;
    }

    @Test
    void whatWasChangedOrCutIsRefusedAndLeavesNothing() throws Exception {
        Passphrase passphrase = new Passphrase("correct horse battery");
        byte[] sealed = Files.readAllBytes(made(passphrase));
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("secret.key");
        Path file = folder.resolve("bad");
        Home target = home(TestEngine.SQLITE, "target");
        for (int at = 0; at < sealed.length; at += sealed.length / 6) {
            byte[] flipped = sealed.clone();
            flipped[at] ^= 4;
            Files.write(file, flipped);
            requireRefused(target, file, passphrase);
            Files.write(file, java.util.Arrays.copyOf(sealed, at));
            requireRefused(target, file, passphrase);
        }
        Files.write(file, java.util.Arrays.copyOf(sealed, sealed.length + 1));
        requireRefused(target, file, passphrase);
        Files.write(file, swapped(sealed));
        requireRefused(target, file, passphrase);
        Files.write(file, sealed);
        assertThatThrownBy(() -> target.restore(file, new Passphrase("another passphrase")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the passphrase is wrong");
        assertThatThrownBy(() -> target.restore(file, null))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("--passphrase-file");
        assertThat(names(target.data())).containsExactly("lock");
        target.restore(file, passphrase);
        assertThat(names(target.data())).contains("slipway.db", "secret.key");
    }

    // The second and the third chunk.
    private static byte[] swapped(byte[] sealed) {
        int chunk = 64 * 1024 + 16;
        int start = 32 + chunk;
        byte[] swapped = sealed.clone();
        System.arraycopy(sealed, start, swapped, start + chunk, chunk);
        System.arraycopy(sealed, start + chunk, swapped, start, chunk);
        return swapped;
    }

    private static void requireRefused(Home target, Path file, Passphrase passphrase)
            throws Exception {
        StoreException e =
                catchThrowableOfType(StoreException.class, () -> target.restore(file, passphrase));
        assertThat(e).as("refused").isNotNull();
        assertThat(e.getMessage().lines()).hasSize(1);
        assertThat(names(target.data())).isSubsetOf("lock");
    }

    @Test
    void aDamagedPlainFileIsRefusedOrRestoredUnchanged() throws Exception {
        Path good = made(null);
        byte[] plain = Files.readAllBytes(good);
        Path file = folder.resolve("bad");
        int refused = 0;
        for (int i = 0; i < 10; i++) {
            byte[] flipped = plain.clone();
            flipped[i * (plain.length / 10) + 7] ^= 4;
            Files.write(file, flipped);
            Home target = home(TestEngine.SQLITE, "target" + i);
            try {
                target.restore(file, null);
                // A date of an entry, for example.
                Path again = folder.resolve("again" + i);
                target.backup(again, null);
                assertThat(withoutHeader(again)).isEqualTo(withoutHeader(good));
            } catch (StoreException e) {
                refused++;
                assertThat(names(target.data())).isSubsetOf("lock");
            }
        }
        assertThat(refused).isGreaterThan(6);
        Home target = home(TestEngine.POSTGRES, "cut");
        for (int end : new int[] {0, 1, plain.length / 2, plain.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(plain, end));
            requireRefused(target, file, null);
        }
    }

    @Test
    void aRowThatIsMissingIsNoticed() throws Exception {
        Path good = made(null);
        Path file = folder.resolve("bad");
        rewritten(
                good,
                file,
                entries ->
                        entries.computeIfPresent(
                                "tables/audit.jsonl",
                                (name, rows) -> rows.substring(0, rows.lastIndexOf('\n'))));
        assertThatThrownBy(() -> home(TestEngine.SQLITE, "target").restore(file, null))
                .hasMessageContaining("its tables are not those of its manifest");
        rewritten(good, file, entries -> entries.remove("manifest.json"));
        assertThatThrownBy(() -> home(TestEngine.SQLITE, "target").restore(file, null))
                .hasMessageContaining("manifest.json is missing");
        rewritten(
                good,
                file,
                entries -> entries.keySet().removeIf(name -> name.startsWith("firmware/")));
        assertThatThrownBy(() -> home(TestEngine.SQLITE, "target").restore(file, null))
                .hasMessageContaining("is not whole");
    }

    @Test
    void aNewerBackupIsRefused() throws Exception {
        Path file = folder.resolve("newer");
        rewritten(
                made(null),
                file,
                entries -> {
                    ObjectNode header =
                            (ObjectNode)
                                    Json.read(
                                            entries.get("backup.json")
                                                    .getBytes(StandardCharsets.UTF_8));
                    header.put("schema", 9_999).put("program", "9.9");
                    entries.put("backup.json", header.toString());
                });
        assertThatThrownBy(() -> home(TestEngine.SQLITE, "target").restore(file, null))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("from a newer version (9.9)");
    }

    private static void rewritten(
            Path from, Path to, java.util.function.Consumer<Map<String, String>> change)
            throws IOException {
        Map<String, String> entries = entries(from);
        change.accept(entries);
        try (var zip = new ZipOutputStream(Files.newOutputStream(to))) {
            for (var each : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue().getBytes(StandardCharsets.ISO_8859_1));
                zip.closeEntry();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsOverwritten(TestEngine engine) throws Exception {
        Path file = made(null);
        Home used = home(engine, "used");
        try (TestServer server = used.start()) {
            Person.register(server, "somebody");
            assertThatThrownBy(() -> used.restore(file, null))
                    .hasMessageContaining("already uses the data folder");
        }
        Files.delete(used.data().resolve("secret.key"));
        assertThatThrownBy(() -> used.restore(file, null))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("already has accounts or devices");
        Home target = home(engine, "target");
        Files.createDirectories(target.data());
        Files.writeString(target.data().resolve("secret.key"), "5a".repeat(32));
        assertThatThrownBy(() -> target.restore(file, null))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("another secret.key");
        Home first =
                new Home(folder.resolve("first"), TestEngine.SQLITE.empty(folder.resolve("first")));
        assertThatThrownBy(() -> first.backup(file, null))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("exists already");
        assertThat(names(folder)).noneMatch(name -> name.endsWith(".part"));
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatNobodyHasRegisteredAtIsReplaced(TestEngine engine) throws Exception {
        Path file = made(null);
        Home target = home(engine, "target");
        target.start().close();
        Files.delete(target.data().resolve("secret.key"));
        assertThat(target.restore(file, null).accounts()).isEqualTo(1);
        try (TestServer server = target.start()) {
            assertThat(Person.login(server, "owner").token).isNotEmpty();
        }
    }

    @Test
    void anImageThatIsMissingIsSaid() throws Exception {
        Home first = home(TestEngine.SQLITE, "first");
        try (TestServer server = first.start()) {
            used(server);
        }
        try (var images = Files.list(first.data().resolve("firmware"))) {
            Files.delete(images.findFirst().orElseThrow());
        }
        Path file = folder.resolve("one.backup");
        assertThat(first.backup(file, null).missing()).hasSize(1);
        Home second = home(TestEngine.SQLITE, "second");
        assertThat(second.restore(file, null).missing()).hasSize(1);
    }

    @Test
    void movesToPostgres() throws Exception {
        Home old = home(TestEngine.SQLITE, "old");
        DatabaseConfig to = TestEngine.POSTGRES.empty(old.data());
        String token;
        try (TestServer server = old.start()) {
            token = used(server);
            assertThatThrownBy(() -> Backups.move(old.database(), to))
                    .hasMessageContaining("already uses the data folder");
        }
        Path before = folder.resolve("before");
        old.backup(before, null);
        Backups.Moved moved = Backups.move(old.database(), to);
        assertThat(moved.devices()).isEqualTo(1);
        assertThat(moved.already()).isFalse();
        Home there = new Home(old.data(), to);
        Path after = folder.resolve("after");
        there.backup(after, null);
        assertThat(withoutHeader(after)).isEqualTo(withoutHeader(before));

        // The old settings don't serve an empty database.
        assertThatThrownBy(old::start).hasMessageContaining("set database.url");
        assertThatThrownBy(() -> Backups.move(old.database(), to))
                .hasMessageContaining("set database.url");
        // As if it had been interrupted between the last two steps.
        Files.move(old.data().resolve("slipway.db.moved"), old.data().resolve("slipway.db"));
        assertThat(Backups.move(old.database(), to).already()).isTrue();
        requireUsable(there, token);

        Files.move(old.data().resolve("slipway.db.moved"), old.data().resolve("slipway.db"));
        try (TestServer server = there.start()) {
            Person.register(server, "another");
        }
        assertThatThrownBy(() -> Backups.move(old.database(), to))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("already has accounts or devices");
        requireUsable(old, token);
    }

    @Test
    void theCommandsSayWhatTheyDid() throws Exception {
        Home first = home(TestEngine.SQLITE, "first");
        try (TestServer server = first.start()) {
            used(server);
        }
        Path passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse\n");
        String file = folder.resolve("one.backup").toString();
        String data = first.data().toString();
        assertThat(said(0, data, "backup", file, "--passphrase-file", passphrase.toString()))
                .contains("已备份到", "1 台设备 devices", "1 个固件 images", "without the passphrase");
        assertThat(said(1, data, "backup", file)).contains("exists already");
        assertThat(said(2, data, "backup")).contains("backup FILE");
        assertThat(said(2, data, "restore", file, "--force")).contains("restore FILE");
        assertThat(said(2, data, "move", "--to", "jdbc:mysql://h/x")).contains("jdbc:postgresql");
        String other = folder.resolve("other").toString();
        assertThat(said(1, other, "restore", file)).contains("is encrypted");
        assertThat(said(0, other, "restore", file, "--passphrase-file", passphrase.toString()))
                .contains("已恢复", "counts and checksums compared", "The key is in");
        assertThat(said(1, folder.resolve("none").toString(), "backup", file + "2"))
                .contains("there is no database");
    }

    private static String said(int status, String data, String... arguments) {
        var text = new ByteArrayOutputStream();
        try (var out = new PrintStream(text, true, StandardCharsets.UTF_8)) {
            var environment = new HashMap<String, String>();
            environment.put("SLIPWAY_DATA_DIR", data);
            int ended = new Commands(out, out).run(arguments, environment, () -> NOW);
            assertThat(ended).as(text.toString(StandardCharsets.UTF_8)).isEqualTo(status);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
