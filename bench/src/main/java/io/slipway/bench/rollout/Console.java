package io.slipway.bench.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.account.TestAccounts;
import io.slipway.bench.BenchFailure;
import io.slipway.bench.Servers;
import io.slipway.bench.Store;
import io.slipway.device.seen.KnownHost;
import io.slipway.protocol.firmware.ImageWriter;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;

/** A user who works with builds and rollouts over the console's API. */
final class Console implements AutoCloseable {

    static final String BOARD = "bread-compact-wifi";

    private static final String HOST = "ota.test";

    private static final String EDGE = "---------------------------7d1f";

    /** A preview of a million devices may take a minute. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();
    private final String base;
    private final String authorization;

    Console(int port, String authorization) {
        this.base = "http://127.0.0.1:" + port;
        this.authorization = authorization;
    }

    /** Creates an account in a store that no server has open; returns its login. */
    static String login(Store store, String name, boolean admin) {
        try (Database database = Database.open(store.config())) {
            var clock = InstantSource.system();
            var login = TestAccounts.login(database, clock, name, admin);
            database.run(
                    Plane.CONSOLE,
                    tx -> KnownHost.called(tx, login.caller().accountId(), HOST, clock.millis()));
            return login.authorization();
        }
    }

    /** The data of an answer that must succeed. */
    JsonNode call(String method, String path, String body) {
        return send(method, path, body.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    private JsonNode send(String method, String path, byte[] body, String type) {
        var request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(PATIENCE)
                        .header("Authorization", authorization)
                        .header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        try {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode tree = json.readTree(answer.body());
            if (answer.statusCode() != 200) {
                throw new BenchFailure(method + " " + path + ": " + tree);
            }
            return tree.path("data");
        } catch (IOException e) {
            throw new BenchFailure(method + " " + path + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted");
        }
    }

    /** Uploads a build; returns its id. */
    String build(ImageWriter image, String board) {
        var body = new ByteArrayOutputStream();
        body.writeBytes(
                text(
                        "--%s\r\nContent-Disposition: form-data; name=\"boards\"\r\n\r\n%s\r\n"
                                        .formatted(EDGE, board)
                                + "--%s\r\nContent-Disposition: form-data; name=\"file\";"
                                        .formatted(EDGE)
                                + " filename=\"xiaozhi.bin\"\r\nContent-Type:"
                                + " application/octet-stream\r\n\r\n"));
        // Leads back to this server: otherwise each rollout would begin with one device.
        body.writeBytes(image.constants(text("\0http://" + HOST + "/ota/\0")).bytes());
        body.writeBytes(text("\r\n--" + EDGE + "--\r\n"));
        String type = "multipart/form-data; boundary=" + EDGE;
        return send("POST", "/v1/builds", body.toByteArray(), type).path("id").asText();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A plan without limits, with gates that never pass.
     *
     * @param more fields, beginning with a comma, or empty
     */
    static String plan(String build, String percent, boolean everyone, String more) {
        return """
        {"name":"bench","build":"%s","everyone":%s,"stages":[{"percent":%s,"minDecided":1000000,\
        "failurePercent":50,"deliveryPercent":99,"soakMinutes":1440}],\
        "limits":{"inFlight":0,"perMinute":0,"bytesPerSecond":0}%s}\
        """
                .formatted(build, everyone, percent, more);
    }

    /** Creates and starts a rollout; returns its id. */
    String start(String plan) {
        String id = call("POST", "/v1/rollouts", plan).path("id").asText();
        call("POST", "/v1/rollouts/" + id + "/start", "{}");
        return id;
    }

    /** Waits until the members of a rollout's stage have been counted. */
    void awaitCount(String rollout, Duration most) {
        long began = System.nanoTime();
        while (call("GET", "/v1/rollouts/" + rollout, "").path("countedAt").isNull()) {
            if (System.nanoTime() - began > most.toNanos()) {
                throw new BenchFailure("the stage's members were not counted within " + most);
            }
            Servers.pause(Duration.ofMillis(50));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
