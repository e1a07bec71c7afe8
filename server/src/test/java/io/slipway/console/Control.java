package io.slipway.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.TestServer;
import io.slipway.account.TestAccounts;
import io.slipway.device.seen.KnownHost;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.update.Behaviour;
import io.slipway.simulator.update.FirmwareFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a browser's script can't do: {@code /later?seconds=} lets time pass on the server's clock,
 * {@code /image?version=&break=} creates firmware, {@code /totp?secret=} is what an app shows,
 * {@code /test-page} is a page of another site. For tests, on its own port.
 */
final class Control implements AutoCloseable {

    private final TestServer server;
    private final HttpServer http;

    Control(TestServer server) throws IOException {
        this.server = server;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
        http.createContext("/later", exchange -> answer(exchange, later(query(exchange))));
        http.createContext("/image", exchange -> answer(exchange, image(query(exchange))));
        http.createContext("/totp", exchange -> answer(exchange, totp(query(exchange))));
        http.createContext("/test-page", exchange -> answer(exchange, page()));
        http.start();
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    private static Map<String, String> query(HttpExchange exchange) {
        var values = new HashMap<String, String>();
        String query = exchange.getRequestURI().getQuery();
        if (query != null) {
            Arrays.stream(query.split("&"))
                    .map(pair -> pair.split("=", 2))
                    .forEach(pair -> values.put(pair[0], pair.length < 2 ? "" : pair[1]));
        }
        return values;
    }

    // Pending work is done, before and after.
    private byte[] later(Map<String, String> query) {
        server.main.housekeep();
        server.clock.advance(Duration.ofSeconds(Long.parseLong(query.get("seconds"))));
        server.main.housekeep();
        return "ok\n".getBytes(StandardCharsets.UTF_8);
    }

    private byte[] image(Map<String, String> query) {
        Behaviour behaviour =
                Arrays.stream(Behaviour.values())
                        .filter(each -> each.label().equals(query.getOrDefault("break", "good")))
                        .findFirst()
                        .orElseThrow();
        KnownHost.ofAll(server.main.base().database(), server.clock.millis());
        return FirmwareFile.of(Chip.ESP32S3, query.get("version")).thatDoes(behaviour).bytes();
    }

    private byte[] totp(Map<String, String> query) {
        return TestAccounts.code(query.get("secret"), server.clock.instant())
                .getBytes(StandardCharsets.US_ASCII);
    }

    // A page of another origin: this port.
    private static byte[] page() throws IOException {
        return Files.readAllBytes(ConsoleTest.CONSOLE.resolve("e2e/test-page.html"));
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
