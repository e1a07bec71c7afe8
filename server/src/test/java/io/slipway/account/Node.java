package io.slipway.account;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.TestClock;
import io.slipway.account.credentials.PasswordCost;
import io.slipway.account.credentials.SetupCode;
import io.slipway.account.provider.ProviderConfig;
import io.slipway.base.Base;
import io.slipway.cluster.Bus;
import io.slipway.http.Cidr;
import io.slipway.http.HttpConfig;
import io.slipway.http.Json;
import io.slipway.http.edge.Edge;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Ids;
import io.slipway.sql.TestEngine;
import io.slipway.work.Housekeeping;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The account package behind a real socket, with a clock controlled by the test. */
public final class Node implements AutoCloseable {

    /** Most tests register somebody: at the usual cost that would take more time than the rest. */
    public static final PasswordCost CHEAP = new PasswordCost(64, 1);

    /** Encrypts its secrets. */
    public static final MasterKey MASTER = MasterKey.ofHex("0123456789abcdef".repeat(4));

    static final String SETUP = "SETUP-CODE-1234";

    public final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-08-01T00:00:00Z"));
    public final Database database;
    private final DatabaseConfig databaseConfig;
    public final Ids ids = new Ids(now::get);
    public final Base base;
    public final Access access;
    public final Audit audit;
    public final Accounts accounts;
    public final Edge edge;
    public final AccountModule module;
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    /** An answer; {@code json} is null if the body is not JSON. */
    public record Answer(int status, JsonNode json, HttpResponse<byte[]> raw) {
        public JsonNode data() {
            return json.get("data");
        }
    }

    /** Settings whose registrations are limited by address alone, and whose hashes cost little. */
    public static AccountConfig config(boolean captcha, boolean open, int registrationsPerHour) {
        return config(captcha, open, registrationsPerHour, null);
    }

    static AccountConfig config(
            boolean captcha,
            boolean open,
            int registrationsPerHour,
            @Nullable ProviderConfig provider) {
        return new AccountConfig(
                captcha,
                open,
                new SetupCode(SETUP),
                provider,
                registrationsPerHour,
                Integer.MAX_VALUE,
                Duration.ofDays(400),
                CHEAP);
    }

    public Node(TestEngine engine, Path folder) {
        this(engine, folder, config(false, true, 20));
    }

    public Node(TestEngine engine, Path folder, AccountConfig config) {
        databaseConfig = engine.config(folder);
        database = Database.open(databaseConfig);
        base =
                new Base(
                        database,
                        ids,
                        TestClock.shared(now::get, database),
                        new Bus.Local(),
                        new Housekeeping());
        var proxies = List.of(Cidr.parse("127.0.0.1").orElseThrow());
        var http = new HttpConfig("127.0.0.1", 0, proxies, "", Duration.ofSeconds(30), 0, 65_536);
        edge = new Edge(http, now::get, fault -> null);
        var about = new ServerInfo("1.2.3", "https://voice.example", ZoneId.of("Asia/Shanghai"));
        module = AccountModule.install(edge, () -> config, base, folder, MASTER, about);
        access = module.access();
        audit = access.audit();
        accounts = access.accounts();
    }

    public Node start() {
        port = edge.start();
        return this;
    }

    /** To open the same database once more. */
    public DatabaseConfig databaseConfig() {
        return databaseConfig;
    }

    public String base() {
        return "http://127.0.0.1:" + port;
    }

    public Answer call(String method, String path, String body, Map<String, String> headers) {
        var request =
                HttpRequest.newBuilder(URI.create(base() + path))
                        .header("Accept-Language", "en")
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::setHeader);
        try {
            var raw = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            String type = raw.headers().firstValue("Content-Type").orElse("");
            JsonNode json = type.startsWith("application/json") ? Json.read(raw.body()) : null;
            return new Answer(raw.statusCode(), json, raw);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public Answer call(String method, String path, String body) {
        return call(method, path, body, Map.of());
    }

    /** With a token, from this machine. */
    public Answer as(String token, String method, String path, String body) {
        return call(method, path, body, Map.of("Authorization", "Bearer " + token));
    }

    public Answer as(String token, String method, String path) {
        return as(token, method, path, "");
    }

    /** As if from another machine. */
    public Answer from(String address, String method, String path, String body) {
        return call(method, path, body, Map.of("X-Forwarded-For", address));
    }

    public Answer register(String username, String password) {
        return call("POST", "/xiaozhi/user/register", registration(username, password));
    }

    public Answer login(String username, String password) {
        return call("POST", "/xiaozhi/user/login", credentials(username, password));
    }

    String token(String username, String password) {
        return login(username, password).data().get("token").asText();
    }

    public static String credentials(String username, String password) {
        return new String(
                Json.write(Map.of("username", username, "password", password)),
                java.nio.charset.StandardCharsets.UTF_8);
    }

    /** With the code that only the first registration needs. */
    public static String registration(String username, String password) {
        return credentials(username, password).replace("{", "{\"setupCode\":\"" + SETUP + "\",");
    }

    public void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    @Override
    public void close() {
        edge.close();
        module.close();
        database.close();
        client.close();
    }
}
