package io.slipway;

import io.slipway.account.AccountConfig;
import io.slipway.account.Node;
import io.slipway.http.ListedRoute;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A whole node in this JVM, on a free port, with a clock controlled by the test. */
public final class TestServer implements AutoCloseable {

    /** What the first registration needs. */
    public static final String SETUP_CODE = "SETUP-CODE-1234";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

    public final TestClock clock;
    public final RunningNode main;

    private TestServer(RunningNode main, TestClock clock) {
        this.main = main;
        this.clock = clock;
    }

    /** {@code settings} are key, value, key, value… */
    public static TestServer start(TestEngine engine, Path folder, String... settings) {
        var database = engine.config(folder);
        return start(
                folder,
                new TestClock(),
                database.postgres() ? postgres(database.url(), settings) : pairs(settings));
    }

    /** Of one node over a PostgreSQL database; {@code settings} are key, value, key, value… */
    public static Map<String, String> postgres(String url, String... settings) {
        Map<String, String> all = pairs(settings);
        all.put("database.url", url);
        all.put("database.user", "postgres");
        all.put("database.password", "postgres");
        all.put("database.pool-size", "4");
        return all;
    }

    /** Of several nodes over a PostgreSQL database, which need the same key. */
    public static Map<String, String> shared(String url, String... settings) {
        Map<String, String> all = postgres(url, settings);
        all.put("secret.key", "0123456789abcdef".repeat(4));
        return all;
    }

    /** Key, value, key, value… as a map. */
    public static Map<String, String> pairs(String... settings) {
        var map = new HashMap<String, String>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put(settings[i], settings[i + 1]);
        }
        return map;
    }

    public static TestServer start(Path folder, TestClock clock, Map<String, String> settings) {
        var properties = new Properties();
        properties.setProperty("data.dir", folder.toString());
        properties.setProperty("http.host", "127.0.0.1");
        properties.setProperty("http.port", "0");
        properties.setProperty("account.captcha", "off");
        properties.setProperty("account.setup-code", SETUP_CODE);
        properties.setProperty("shutdown.grace", "1 s");
        try {
            var config =
                    new CurrentConfig(
                            () -> changed(properties, settings), Map.of(), TestServer::cheap);
            return new TestServer(Main.start(config, clock.source()), clock);
        } catch (Config.InvalidSettings e) {
            throw new IllegalArgumentException(e);
        }
    }

    // A test may change the map, and have the settings read again.
    private static Properties changed(Properties standard, Map<String, String> settings) {
        var properties = new Properties();
        properties.putAll(standard);
        settings.forEach(properties::setProperty);
        return properties;
    }

    private static Config cheap(Config config) {
        AccountConfig usual = config.account();
        var account =
                new AccountConfig(
                        usual.captcha(),
                        usual.openRegistration(),
                        usual.setupCode(),
                        usual.provider(),
                        usual.registrationsPerHour(),
                        usual.registrationsInAll(),
                        usual.auditKept(),
                        Node.CHEAP);
        return new Config(
                config.http(),
                config.database(),
                config.keys(),
                account,
                config.agent(),
                config.activation(),
                config.checkIn(),
                config.session(),
                config.rollout(),
                config.firmware(),
                config.event(),
                config.device(),
                config.history(),
                config.backup(),
                config.log(),
                config.shutdownGrace());
    }

    /** Sets the server's clock. */
    public void setClock(Duration by) {
        clock.jump(by);
        clock.jumpDatabase(by);
        main.base().clock().look();
    }

    public int port() {
        return main.port();
    }

    /** The routes that it serves. */
    public List<ListedRoute> routes() {
        return main.edge().routes();
    }

    /** See {@link io.slipway.sql.Database#statements}. */
    public long statements() {
        return main.base().database().statements();
    }

    /**
     * Stops what runs by the real clock: from now on only {@link RunningNode#housekeep} does it.
     */
    public void stopHousekeeping() {
        main.base().housekeeping().close();
    }

    public String base() {
        return "http://127.0.0.1:" + port();
    }

    /** {@code headers} are name, value, name, value… */
    public HttpResponse<String> call(String method, String path, byte[] body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create(base() + path))
                        .timeout(Duration.ofSeconds(60))
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return CLIENT.send(
                    request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        main.close();
    }
}
