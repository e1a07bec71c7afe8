package io.slipway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.http.edge.EdgeServer;
import io.slipway.session.SessionClient;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Named proxies may report their client before HTTP begins (decisions D2). */
class ProxyProtocolTest {

    private static final String CLIENT = "203.0.113.7";
    private static final byte[] V1 = Preamble.text("PROXY TCP4 " + CLIENT + " 192.0.2.1 40001 443");
    private static final byte[] V2 = Preamble.binary(CLIENT);
    private static final String HERE = "127.0.0.1";

    @TempDir static Path folder;
    private static TestServer server;
    private static Person owner;
    private static TestDevice device;

    @BeforeAll
    static void start() {
        server =
                TestServer.start(
                        TestEngine.SQLITE,
                        folder,
                        "http.trusted-proxies",
                        "10.0.0.9, 127.0.0.1",
                        "activation.codes-at-once",
                        "20",
                        "activation.codes-per-second",
                        "1");
        owner = Person.register(server, "owner");
        device = TestDevice.of(server, 1);
        owner.bind(device.code());
    }

    // Of two simultaneous calls either may be the last.
    @BeforeEach
    void later() {
        server.clock.advance(Duration.ofSeconds(1));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static byte[] with(byte[] preamble, String request) {
        byte[] all = Arrays.copyOf(preamble, preamble.length + request.length());
        System.arraycopy(request.getBytes(US_ASCII), 0, all, preamble.length, request.length());
        return all;
    }

    private static String checkIn(TestDevice dev, String... more) {
        String body =
                "{\"mac_address\":\"%s\",\"application\":{\"version\":\"2.4.2\"}}"
                        .formatted(dev.mac());
        var head =
                new StringBuilder("POST /v1/ota/ HTTP/1.1\r\nHost: h\r\nDevice-Id: ")
                        .append(dev.mac())
                        .append("\r\nClient-Id: ")
                        .append(dev.clientId())
                        .append("\r\nContent-Length: ")
                        .append(body.length())
                        .append("\r\n");
        for (String line : more) {
            head.append(line).append("\r\n");
        }
        return head + "\r\n" + body;
    }

    private static JsonNode answer(RawClient client) throws IOException {
        var head = client.head();
        assertThat(head.status()).isEqualTo(200);
        return Json.read(client.read(head.length()));
    }

    private static String lastAddress() {
        server.main.housekeep();
        return owner.device(device).path("address").asText();
    }

    private static void calls(byte[] preamble, String... headers) throws IOException {
        try (var client = new RawClient(server.port())) {
            answer(client.send(with(preamble, checkIn(device, headers))));
        }
    }

    static Stream<Arguments> clients() {
        byte[] v6 = Preamble.text("PROXY TCP6 2001:db8::7 2001:db8::1 40001 443");
        return Stream.of(
                Arguments.of(V1, CLIENT),
                Arguments.of(v6, "2001:db8:0:0:0:0:0:7"),
                Arguments.of(V2, CLIENT),
                Arguments.of(Preamble.binary("2001:db8::7"), "2001:db8:0:0:0:0:0:7"),
                Arguments.of(Preamble.binary("::ffff:203.0.113.7"), CLIENT),
                Arguments.of(Preamble.binary("2001:db8::7", 536 - 52), "2001:db8:0:0:0:0:0:7"),
                // The proxy's own connections, and those of unknown clients.
                Arguments.of(Preamble.binary(0x20, 0, new byte[0]), HERE),
                Arguments.of(Preamble.binary(0x20, 0x11, new byte[12]), HERE),
                Arguments.of(Preamble.binary(0x21, 0, new byte[520]), HERE),
                Arguments.of(Preamble.binary(0x21, 0x12, new byte[12]), HERE),
                Arguments.of(Preamble.text("PROXY UNKNOWN"), HERE),
                Arguments.of(Preamble.text("PROXY UNKNOWN " + "f".repeat(91)), HERE),
                Arguments.of(new byte[0], HERE));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void theClientIsTheOneReportedByTheProxy(byte[] preamble, String address) throws IOException {
        calls(Preamble.text("PROXY TCP4 192.0.2.99 192.0.2.1 1 65535"));
        assertThat(lastAddress()).isEqualTo("192.0.2.99");
        calls(preamble);
        assertThat(lastAddress()).isEqualTo(address);
    }

    @Test
    void itIsReadInWhateverPiecesItComes() throws IOException {
        for (byte[] preamble : List.of(V1, Preamble.binary("198.51.100.9", 40))) {
            try (var client = new RawClient(server.port())) {
                client.socket.setTcpNoDelay(true);
                for (byte each : with(preamble, checkIn(device))) {
                    client.send(new byte[] {each});
                }
                answer(client);
            }
            assertThat(lastAddress()).isEqualTo(preamble == V1 ? CLIENT : "198.51.100.9");
        }
    }

    @Test
    void itAppliesToTheWholeConnectionAndIsSentOnce() throws IOException {
        try (var client = new RawClient(server.port())) {
            answer(client.send(with(V2, checkIn(device))));
            assertThat(lastAddress()).isEqualTo(CLIENT);
            calls(new byte[0]);
            assertThat(lastAddress()).isEqualTo(HERE);
            answer(client.send(checkIn(device)));
            assertThat(lastAddress()).isEqualTo(CLIENT);
            assertThat(client.send(with(V2, checkIn(device))).head().status()).isEqualTo(400);
        }
    }

    @Test
    void headersCountFromNamedProxiesOnly() throws IOException {
        String forwarded = "X-Forwarded-For: 192.0.2.50";
        calls(V2, forwarded);
        assertThat(lastAddress()).as("written by the client").isEqualTo(CLIENT);
        calls(Preamble.binary("10.0.0.9"), forwarded);
        assertThat(lastAddress()).as("a named proxy behind another").isEqualTo("192.0.2.50");
        calls(Preamble.binary(0x20, 0, new byte[0]), "X-Forwarded-For: 192.0.2.51");
        assertThat(lastAddress()).isEqualTo("192.0.2.51");
        calls(new byte[0], "X-Forwarded-For: 192.0.2.52");
        assertThat(lastAddress()).isEqualTo("192.0.2.52");
    }

    @Test
    void aSessionHasTheAddressToo() throws IOException {
        try (var client = new RawClient(server.port())) {
            client.send(V2)
                    .get(
                            "/v1/ws/",
                            "Authorization: Bearer " + SessionClient.token(device),
                            "Client-Id: " + device.clientId(),
                            "Device-Id: " + device.mac(),
                            "Protocol-Version: 1",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                            "Sec-WebSocket-Version: 13");
            assertThat(client.head().status()).isEqualTo(101);
            String hello =
                    "{\"type\":\"hello\",\"version\":1,\"transport\":\"websocket\",\"audio_params\":{\"format\":\"opus\",\"sample_rate\":16000,\"channels\":1,\"frame_duration\":60}}";
            // Masked with zeros, its length in two bytes.
            byte[] head = {(byte) 0x81, (byte) 0xfe, 0, (byte) hello.length(), 0, 0, 0, 0};
            client.send(with(head, hello));
            assertThat(client.read(1)).containsExactly(0x81);
            JsonNode live = owner.ok("GET", "/v1/sessions", "");
            assertThat(live.findPath("address").asText()).isEqualTo(CLIENT);
        }
    }

    private static String code(int index, byte[] preamble) throws IOException {
        try (var client = new RawClient(server.port())) {
            client.send(with(preamble, checkIn(TestDevice.of(server, index))));
            return answer(client).at("/activation/code").asText();
        }
    }

    @Test
    void limitsAreEachClientsOwn() throws IOException {
        for (int i = 0; i < 20; i++) {
            assertThat(code(100 + i, V2)).isNotEmpty();
        }
        assertThat(code(150, V2)).as("another connection of the same client").isEmpty();
        assertThat(code(151, Preamble.binary("203.0.113.8"))).as("another's").isNotEmpty();
    }

    static Stream<byte[]> unreadable() {
        byte[] v3 = V2.clone();
        v3[12] = 0x31;
        return Stream.of(
                Preamble.text("PROXY TCP4 203.0.113.700 192.0.2.1 40001 443"),
                Preamble.text("PROXY TCP4 2001:db8::7 2001:db8::1 40001 443"),
                Preamble.text("PROXY TCP4 a.example 192.0.2.1 40001 443"),
                Preamble.text("PROXY TCP4 203.0.113.7 192.0.2.1 70000 443"),
                Preamble.text("PROXY TCP4 203.0.113.7"),
                Preamble.text("PROXY "),
                Preamble.text("PROXY UNKNOWN " + "f".repeat(92)),
                "PROXY TCP4 203.0.113.7 192.0.2.1 40001 443\nGET / HTTP/1.1\r\n\r\n"
                        .getBytes(US_ASCII),
                v3,
                Preamble.binary(0x22, 0x11, new byte[12]),
                Preamble.binary(0x21, 0x11, new byte[11]),
                Preamble.binary(0x21, 0x21, new byte[12]),
                Preamble.binary(0x21, 0x77, new byte[12]),
                // A TLV longer than the whole preamble.
                Preamble.binary(
                        0x21,
                        0x11,
                        Arrays.copyOf(new byte[] {1, 1, 1, 1, 2, 2, 2, 2, 0, 1, 0, 1, 4, 9}, 20)),
                Preamble.binary("2001:db8::7", 536 - 52 + 1),
                // Its length alone is enough.
                Arrays.copyOf(Preamble.binary(0x20, 0, new byte[60_000]), 16));
    }

    @Test
    void anInvalidPreambleClosesTheConnectionAndIsLoggedOnce() throws IOException {
        var said = new ConcurrentLinkedQueue<String>();
        var log = Logger.getLogger(EdgeServer.class.getName());
        var listening =
                new Handler() {
                    @Override
                    public void publish(LogRecord record) {
                        said.add(record.getMessage());
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        log.addHandler(listening);
        try {
            List<byte[]> all = unreadable().toList();
            for (int i = 0; i < all.size(); i++) {
                try (var client = new RawClient(server.port())) {
                    assertThat(ends(client.send(with(all.get(i), checkIn(device)))))
                            .as("unreadable " + i)
                            .isTrue();
                }
            }
        } finally {
            log.removeHandler(listening);
        }
        // Each event loop logs it once.
        assertThat(said)
                .hasSizeBetween(1, Runtime.getRuntime().availableProcessors())
                .allSatisfy(line -> assertThat(line).contains(HERE).hasSizeLessThan(200));
        calls(V2);
        assertThat(lastAddress()).as("the next connection is read").isEqualTo(CLIENT);
    }

    // Closed normally, or with a reset if something was sent after it.
    private static boolean ends(RawClient client) throws IOException {
        try {
            return client.ended();
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void itHasNoMoreTimeThanAHead() throws Exception {
        try (TestServer hasty =
                        TestServer.start(
                                TestEngine.SQLITE,
                                folder.resolve("hasty"),
                                "http.trusted-proxies",
                                HERE,
                                "http.idle-timeout",
                                "1 s");
                var client = new RawClient(hasty.port())) {
            client.send("PROXY TCP4 ");
            int sent = 0;
            try {
                // Twelve times the timeout; a line might be longer.
                while (sent < 60) {
                    client.send("1");
                    sent++;
                    Thread.sleep(200);
                }
            } catch (SocketException cut) {
                // As expected.
            }
            assertThat(sent).isLessThan(60);
        }
    }

    @Test
    void nobodyElseIsBelieved() throws IOException {
        try (TestServer other =
                TestServer.start(
                        TestEngine.SQLITE,
                        folder.resolve("other"),
                        "http.trusted-proxies",
                        "10.0.0.9")) {
            for (byte[] preamble : List.of(V1, V2)) {
                try (var client = new RawClient(other.port())) {
                    client.send(with(preamble, checkIn(device)));
                    assertThat(client.head().status()).isEqualTo(400);
                }
            }
        }
    }

    @Test
    void whatIsNoPreambleGoesToHttpAsEver() throws IOException {
        for (String bad : List.of("PROXIES / HTTP/1.1\r\n\r\n", "P\r\n\r\n", "\r\nQUIT\r\n\r\n")) {
            try (var client = new RawClient(server.port())) {
                assertThat(client.send(bad).head().status()).as(bad).isIn(400, 404, 405);
            }
        }
        try (var client = new RawClient(server.port())) {
            answer(client.send("\r\n" + checkIn(device)));
        }
    }
}
