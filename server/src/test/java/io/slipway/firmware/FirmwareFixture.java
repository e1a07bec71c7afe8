package io.slipway.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.TestClock;
import io.slipway.account.Access;
import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.account.TestAccounts;
import io.slipway.base.Base;
import io.slipway.cluster.Bus;
import io.slipway.device.seen.CalledHosts;
import io.slipway.http.HttpConfig;
import io.slipway.http.Json;
import io.slipway.http.edge.Edge;
import io.slipway.keys.Keyring;
import io.slipway.keys.MasterKey;
import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.ImageWriter;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.work.Housekeeping;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node with only firmware, and its users. */
final class FirmwareFixture implements AutoCloseable {

    static final long MAX_IMAGE = 100_000;
    static final int PER_ACCOUNT = 5;

    private static final MasterKey MASTER = MasterKey.ofHex("5a".repeat(32));
    private static final String EDGE = "----------------------x7f3";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    final TestClock clock;
    final Database database;
    final CalledHosts called;
    final Edge edge;
    final FirmwareModule module;
    final Path images;
    final Path incoming;
    final int port;
    private final Bus bus;

    FirmwareFixture(DatabaseConfig on, Path folder, FirmwareConfig.@Nullable S3 s3) {
        this(on, folder, s3, new TestClock(), false, "");
    }

    FirmwareFixture(
            DatabaseConfig on,
            Path folder,
            FirmwareConfig.@Nullable S3 s3,
            TestClock clock,
            boolean behindProxy) {
        this(on, folder, s3, clock, behindProxy, "");
    }

    FirmwareFixture(
            DatabaseConfig on,
            Path folder,
            FirmwareConfig.@Nullable S3 s3,
            TestClock clock,
            boolean behindProxy,
            String publicUrl) {
        this.clock = clock;
        images = folder.resolve("images");
        incoming = folder.resolve("incoming");
        database = Database.open(on);
        called = new CalledHosts(database, clock);
        bus = on.postgres() ? new Bus.Postgres(on) : new Bus.Local();
        var ids = new Ids(clock);
        var accounts = new Accounts(database, clock, () -> null);
        var http = new HttpConfig("127.0.0.1", 0, List.of(), "", Duration.ofSeconds(75), 0, 65_536);
        edge = new Edge(http, clock, fault -> null);
        var config =
                new FirmwareConfig(images, incoming, s3, MAX_IMAGE, PER_ACCOUNT, behindProxy, 0, 0);
        module =
                FirmwareModule.install(
                        edge,
                        () -> config,
                        new Base(
                                database,
                                ids,
                                TestClock.shared(clock, database),
                                bus,
                                new Housekeeping()),
                        new Access(accounts, new Audit(database, ids, clock)),
                        new HomeAddresses(publicUrl, called),
                        new Keyring(database, MASTER, clock),
                        Duration.ofMinutes(3));
        port = edge.start();
    }

    TestAccounts.Login login(String name, boolean admin) {
        return TestAccounts.login(database, clock, name, admin);
    }

    Builds builds() {
        return module.builds();
    }

    String base() {
        return "http://127.0.0.1:" + port;
    }

    static ImageWriter image(String version) {
        return new ImageWriter(Chip.ESP32S3).version(version).seed(version.hashCode());
    }

    /** Adds a build through the façade. */
    Build add(Caller caller, ImageWriter image, BuildChanges said) {
        try {
            Path file = Files.createTempFile(images.getParent(), "upload", ".bin");
            try {
                Files.write(file, image.bytes());
                return builds().add(caller, file, said).build();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A multipart body; {@code fields} are name, value, name, value… */
    static byte[] form(byte[] file, String... fields) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            text(out, "--" + EDGE + "\r\nContent-Disposition: form-data; name=\"" + fields[i]);
            text(out, "\"\r\n\r\n" + fields[i + 1] + "\r\n");
        }
        text(out, "--" + EDGE + "\r\nContent-Disposition: form-data; name=\"file\"; ");
        text(out, "filename=\"xiaozhi.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n");
        out.writeBytes(file);
        text(out, "\r\n--" + EDGE + "--\r\n");
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    static String contentType() {
        return "multipart/form-data; boundary=" + EDGE;
    }

    HttpResponse<byte[]> upload(TestAccounts.Login who, byte[] file, String... fields) {
        return call(
                "POST",
                base() + "/v1/builds",
                form(file, fields),
                "Authorization",
                who.authorization(),
                "Content-Type",
                contentType());
    }

    HttpResponse<byte[]> call(TestAccounts.Login who, String method, String path, String body) {
        return call(
                method,
                base() + path,
                body.getBytes(StandardCharsets.UTF_8),
                "Authorization",
                who.authorization());
    }

    /** A plain HTTP request; redirects are not followed. */
    static HttpResponse<byte[]> call(String method, String url, byte[] body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(60))
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static HttpResponse<byte[]> get(String url, String... headers) {
        return call("GET", url, new byte[0], headers);
    }

    static JsonNode json(HttpResponse<byte[]> response) {
        return Json.read(response.body());
    }

    /** The data of an answer that must succeed. */
    static JsonNode ok(HttpResponse<byte[]> response) {
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return json(response).path("data");
    }

    /** The names in a folder, including hidden files. */
    static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All builds of all accounts. */
    List<Build> all() {
        return database.read(
                Plane.CONSOLE,
                tx -> BuildStore.page(tx, "", true, BuildQuery.ANY, BuildStore.TOP, 1_000));
    }

    @Override
    public void close() {
        edge.close();
        module.close();
        bus.close();
        database.close();
    }
}
