package io.slipway.http.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.internal.PlatformDependent;
import io.slipway.TestClock;
import io.slipway.http.Cidr;
import io.slipway.http.HttpConfig;
import io.slipway.http.RawClient;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.TestLimits;
import io.slipway.http.TlsConfig;
import io.slipway.http.certificate.CertificateFiles;
import io.slipway.http.certificate.TestAuthority;
import io.slipway.http.certificate.TestAuthority.Issued;
import io.slipway.http.device.DeviceRoute;
import io.slipway.http.file.DownloadRoute;
import io.slipway.http.file.TransferTimeouts;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.http.governor.EdgeLimits;
import io.slipway.http.socket.SocketRoute;
import io.slipway.protocol.ota.Reply;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTPS beside plain HTTP, from outside, with real connections. */
class SecureEdgeTest {

    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final String OTA =
            "POST /ota/ HTTP/1.1\r\nHost: h\r\nDevice-Id: d\r\nContent-Length: 2\r\n\r\n{}";
    private static final int SIZE = 3_000_000;

    @TempDir static Path made;
    private static SSLContext trust;
    private static Issued first;
    private static Issued second;
    private static Issued slow;

    @TempDir Path folder;
    private Path certificate;
    private Path key;
    private byte[] image;
    private Edge edge;
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void make() throws Exception {
        var authority = new TestAuthority(made);
        first = authority.issue("first");
        second =
                authority.issue(
                        "second",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-ext",
                        "SAN=dns:localhost");
        slow =
                authority.issue(
                        "slow", "-keyalg", "RSA", "-keysize", "4096", "-ext", "SAN=dns:localhost");
        trust = authority.trust();
    }

    @BeforeEach
    void write() throws Exception {
        certificate = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        first.write(certificate, key);
        image = new byte[SIZE];
        new Random(7).nextBytes(image);
        Files.write(folder.resolve("image"), image);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        if (edge != null) {
            edge.close();
        }
    }

    private void start() {
        start("", true, List.of(), TestLimits.hurry(IDLE, Duration.ofSeconds(30)));
    }

    private void start(String publicUrl, boolean plain, List<Cidr> proxies, EdgeLimits limits) {
        var tls = new TlsConfig(certificate, key, 0, plain);
        var config = new HttpConfig("127.0.0.1", 0, proxies, publicUrl, IDLE, 0, 65_536, tls);
        edge = new Edge(config, new TestClock(), fault -> null, TransferTimeouts.USUAL, limits);
        edge.device(
                "/ota/",
                new DeviceRoute(request ->
                        new DeviceRoute.AnswerNow(
                                Reply.error(
                                        400, request.peer().base(), request.peer().address()))));
        edge.socket(
                "/ws/",
                new SocketRoute(request ->
                        new SocketRoute.RefuseHandshake(Reply.error(401, "No token", null))));
        edge.download(
                "/f/",
                new DownloadRoute(request ->
                        new DownloadRoute.ServeFile(
                                folder.resolve("image"),
                                SIZE,
                                "tag",
                                (bytes, end, at) -> ends.add(end + " " + bytes))));
        edge.route(RouteScope.OPEN, "GET", "/v1/things", SecureEdgeTest::thing);
        edge.route(RouteScope.OPEN, "POST", "/v1/things", SecureEdgeTest::thing);
        edge.route(RouteScope.OPEN, "GET", "/health", SecureEdgeTest::thing);
        edge.start();
    }

    private static Response thing(Request request) {
        return Response.ok(request.peer().called());
    }

    private RawClient plain() throws IOException {
        var client = new RawClient(edge.port());
        open.add(client);
        return client;
    }

    private RawClient secure() throws IOException {
        var client = new RawClient(edge.securePort(), trust);
        open.add(client);
        return client;
    }

    private SSLSocket socket(String... protocols) throws IOException {
        var socket =
                (SSLSocket) trust.getSocketFactory().createSocket("localhost", edge.securePort());
        open.add(socket);
        socket.setSoTimeout(20_000);
        socket.setEnabledProtocols(protocols);
        return socket;
    }

    private static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.onSpinWait();
        }
    }

    // ------------------------------------------------------------ the protocol

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void devicesSpeakOnePointTwoAndThree(String version) throws Exception {
        start();
        SSLSocket socket = socket(version);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        assertThat(socket.getApplicationProtocol()).as("HTTP/2 is never offered").isEmpty();
        socket.getOutputStream().write(OTA.getBytes(ISO_8859_1));
        String answer = new String(socket.getInputStream().readNBytes(17), ISO_8859_1);
        assertThat(answer).startsWith("HTTP/1.1 400 ");
        socket.getInputStream().readNBytes(1);
    }

    @Test
    void olderOnesAreRefused() throws Exception {
        start();
        // The JDK itself would not try.
        try (var raw = new RawClient(edge.securePort())) {
            raw.send(hello(0x0302));
            byte[] alert = raw.read(7);
            assertThat(alert[0]).as("an alert").isEqualTo((byte) 21);
            assertThat(alert[6]).as("protocol_version").isEqualTo((byte) 70);
            assertThat(raw.ended()).isTrue();
        }
        await("the count", () -> edge.governor().counted(EdgeLimit.HANDSHAKES) == 1);
    }

    // A ClientHello of TLS 1.1, with one of its cipher suites.
    private static byte[] hello(int version) {
        byte[] body = new byte[2 + 32 + 1 + 4 + 2];
        body[0] = (byte) (version >> 8);
        body[1] = (byte) version;
        body[36] = 2;
        body[37] = (byte) 0xc0;
        body[38] = 0x13;
        body[39] = 1;
        byte[] record = new byte[9 + body.length];
        record[0] = 22;
        record[1] = 3;
        record[2] = 1;
        record[4] = (byte) (4 + body.length);
        record[5] = 1;
        record[8] = (byte) body.length;
        System.arraycopy(body, 0, record, 9, body.length);
        return record;
    }

    @Test
    void nobodyRenegotiates() throws Exception {
        start();
        SSLSocket socket = socket("TLSv1.2");
        socket.startHandshake();
        socket.startHandshake();
        assertThatThrownBy(
                        () -> {
                            socket.getOutputStream().write(OTA.getBytes(ISO_8859_1));
                            socket.getInputStream().readNBytes(17);
                        })
                .isInstanceOf(IOException.class);
    }

    @Test
    void answersAreThoseOfPlainHttp() throws Exception {
        start();
        RawClient.Head plain = plain().send(OTA).head();
        var client = secure();
        RawClient.Head secure = client.send(OTA).head();
        assertThat(secure.status()).isEqualTo(400);
        assertThat(secure.names()).isEqualTo(plain.names());
        assertThat(new String(client.read(secure.length()), ISO_8859_1))
                .contains("https://h")
                .contains("127.0.0.1");
        // On the same connection.
        assertThat(client.send(OTA).head().status()).isEqualTo(400);
        assertThat(secure().get("/nothing", "Device-Id: d").head().status()).isEqualTo(404);
        assertThat(secure().send("rubbish\r\n\r\n").head().status()).isEqualTo(400);
        assertThat(secure().get("/ws/").head().status()).isEqualTo(400);
    }

    @Test
    void aLargeAnswerArrives() throws Exception {
        start();
        var client = secure().get("/f/a");
        RawClient.Head head = client.head();
        assertThat(head.names())
                .containsExactly("Content-Type", "Content-Length", "Date", "Connection");
        assertThat(client.read(head.length())).isEqualTo(image);
        client.end();
        await("its end", () -> !ends.isEmpty());
        assertThat(ends).containsExactly("COMPLETE " + SIZE);
    }

    @Test
    void aDownloadThatIsCutIsReportedAsThat() throws Exception {
        start();
        var client = secure().get("/f/a");
        client.head();
        client.read(1_000_000);
        client.reset();
        await("its end", () -> !ends.isEmpty());
        assertThat(ends.getFirst()).startsWith("CUT ");
    }

    @Test
    void aResetAfterTheLastByteProvesNothing() throws Exception {
        start();
        var below = new Socket("127.0.0.1", edge.securePort());
        open.add(below);
        var tls = trust.getSocketFactory().createSocket(below, "localhost", 443, false);
        tls.getOutputStream().write("GET /f/a HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(ISO_8859_1));
        tls.getInputStream().readNBytes(SIZE);
        await("the last byte", () -> edge.downloads() == 0);
        below.setSoLinger(true, 0);
        below.close();
        await("its end", () -> !ends.isEmpty());
        assertThat(ends).containsExactly("CUT " + SIZE);
    }

    // ------------------------------------------------------------ plain HTTP

    @Test
    void onlyTheConsoleIsRedirected() throws Exception {
        start();
        assertThat(plain().send(OTA).head().status()).isEqualTo(400);
        assertThat(plain().get("/ota/").head().status()).isEqualTo(400);
        assertThat(plain().get("/ws/", "Upgrade: websocket").head().status()).isEqualTo(400);
        assertThat(plain().get("/f/a", "Range: bytes=0-9").head().status()).isEqualTo(206);
        assertThat(plain().get("/elsewhere", "Device-Id: d").head().status()).isEqualTo(404);
        assertThat(plain().get("/health").head().status()).isEqualTo(200);
        RawClient.Head head = plain().get("/v1/things?a=b%20c").head();
        assertThat(head.status()).isEqualTo(308);
        assertThat(head.header("Location"))
                .isEqualTo("https://h:" + edge.securePort() + "/v1/things?a=b%20c");
        assertThat(head.header("Cache-Control")).isEqualTo("no-store");
        String post = "POST /v1/things HTTP/1.1\r\nHost: [::1]:8080\r\nContent-Length: 9\r\n\r\n";
        assertThat(plain().send(post).head().header("Location"))
                .isEqualTo("https://[::1]:" + edge.securePort() + "/v1/things");
        assertThat(plain().send("GET / HTTP/1.1\r\nHost: a@b/\r\n\r\n").head().status())
                .isEqualTo(400);
        assertThat(secure().get("/v1/things").head().status()).isEqualTo(200);
        assertThat(secure().get("/v1/things").head().header("Strict-Transport-Security")).isNull();
    }

    @Test
    void aHeaderOfDevicesDoesNotOpenTheConsoleToPlainHttp() throws Exception {
        start();
        assertThat(plain().get("/v1/things", "Device-Id: x").head().status()).isEqualTo(404);
        assertThat(secure().get("/v1/things", "Device-Id: x").head().status()).isEqualTo(200);
    }

    @Test
    void peopleGoWhereTheCertificateIsFor() throws Exception {
        start("https://localhost/slipway", true, List.of(), TestLimits.hurry(IDLE, IDLE));
        assertThat(plain().get("/slipway/v1/things").head().header("Location"))
                .isEqualTo("https://localhost/slipway/v1/things");
        assertThat(plain().get("/v1/things").head().header("Location"))
                .isEqualTo("https://localhost/slipway/v1/things");
    }

    @Test
    void devicesMayHaveToUseHttps() throws Exception {
        var proxies = List.of(Cidr.parse("127.0.0.1").orElseThrow());
        start("", false, proxies, TestLimits.hurry(IDLE, IDLE));
        assertThat(plain().send(OTA).head().status()).isEqualTo(403);
        assertThat(plain().get("/f/a").head().status()).isEqualTo(403);
        assertThat(plain().get("/ws/", "Upgrade: websocket").head().status()).isEqualTo(403);
        assertThat(secure().send(OTA).head().status()).isEqualTo(400);
        // A proxy that has spoken HTTPS with the client.
        String proto = "X-Forwarded-Proto: https";
        String client = "X-Forwarded-For: 192.0.2.1";
        assertThat(plain().get("/ota/", proto, client).head().status()).isEqualTo(400);
        assertThat(plain().get("/v1/things", proto, client).head().status()).isEqualTo(200);
        assertThat(plain().get("/v1/things", client).head().status()).isEqualTo(308);
    }

    @Test
    void aProxysPreambleComesBeforeTls() throws Exception {
        var proxies = List.of(Cidr.parse("127.0.0.1").orElseThrow());
        start("", true, proxies, TestLimits.hurry(IDLE, IDLE));
        var plain = new Socket("127.0.0.1", edge.securePort());
        open.add(plain);
        plain.setSoTimeout(20_000);
        plain.getOutputStream()
                .write("PROXY TCP4 192.0.2.7 192.0.2.8 4000 443\r\n".getBytes(ISO_8859_1));
        var tls = trust.getSocketFactory().createSocket(plain, "localhost", 443, true);
        String last = OTA.replace("Host: h", "Host: h\r\nConnection: close");
        tls.getOutputStream().write(last.getBytes(ISO_8859_1));
        String answer = new String(tls.getInputStream().readNBytes(1_000), ISO_8859_1);
        assertThat(answer).contains("192.0.2.7").contains("https://h");
    }

    // ------------------------------------------------------------ new certificates

    @Test
    void aNewCertificateFailsNoRequest() throws Exception {
        start();
        CertificateFiles files = edge.certificate().orElseThrow();
        var failures = new CopyOnWriteArrayList<Throwable>();
        var seen = new CopyOnWriteArrayList<Certificate>();
        var requests = new AtomicInteger();
        var over = new AtomicBoolean();
        var threads = new ArrayList<Thread>();
        RawClient kept = secure();
        kept.send(OTA).head();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                while (!over.get() && failures.isEmpty()) {
                                    try (SSLSocket socket = socket("TLSv1.2", "TLSv1.3")) {
                                        socket.getOutputStream().write(OTA.getBytes(ISO_8859_1));
                                        assertThat(socket.getInputStream().readNBytes(12))
                                                .isEqualTo("HTTP/1.1 400".getBytes(ISO_8859_1));
                                        seen.addIfAbsent(
                                                socket.getSession().getPeerCertificates()[0]);
                                        requests.incrementAndGet();
                                    } catch (IOException | AssertionError e) {
                                        failures.add(e);
                                    }
                                }
                            }));
        }
        for (int i = 0; i < 10; i++) {
            (i % 2 == 0 ? second : first).write(certificate, key);
            files.look();
            // A wrong one changes nothing.
            Files.writeString(key, first.keyText().substring(0, 100));
            files.look();
            int until = requests.get() + 8;
            await("requests", () -> requests.get() >= until || !failures.isEmpty());
        }
        over.set(true);
        for (Thread each : threads) {
            each.join();
        }
        assertThat(failures).isEmpty();
        assertThat(seen).hasSize(2);
        assertThat(((X509Certificate) seen.get(1)).getPublicKey().getAlgorithm()).isEqualTo("RSA");
        assertThat(files.pressing()).hasSize(1);
        kept.read(10);
    }

    // ------------------------------------------------------------ limits

    @Test
    void handshakesThatStallAreEnded() throws Exception {
        start("", true, List.of(), TestLimits.hurry(IDLE, Duration.ofSeconds(1)));
        var nothing = new RawClient(edge.securePort());
        var part = new RawClient(edge.securePort()).send(new byte[] {22, 3, 1, 2});
        var drip = new RawClient(edge.securePort()).send(new byte[] {22, 3, 1, 0, 90, 1});
        open.addAll(List.of(nothing, part, drip));
        assertThat(nothing.ended()).isTrue();
        assertThat(part.ended()).isTrue();
        assertThat(drip.ended()).isTrue();
        assertThat(edge.governor().counted(EdgeLimit.HANDSHAKES)).isEqualTo(3);
        await("the connections", () -> edge.governor().connections() == 0);
    }

    @Test
    void anUnfinishedRequestIsEndedAsWithoutTls() throws Exception {
        start("", true, List.of(), TestLimits.hurry(IDLE, Duration.ofSeconds(1)));
        var client = secure().send("GET /v1/things HTTP/1.1\r\nHost");
        assertThat(client.ended()).isTrue();
        assertThat(edge.governor().counted(EdgeLimit.SLOW_HEAD)).isEqualTo(1);
    }

    /** What its handshake has sent is not unfinished. */
    @Test
    void anIdleConnectionIsOnlyIdle() throws Exception {
        start("", true, List.of(), TestLimits.hurry(IDLE, Duration.ofSeconds(1)));
        SSLSocket fresh = socket("TLSv1.2", "TLSv1.3");
        fresh.startHandshake();
        RawClient used = secure().send(OTA);
        used.read(used.head().length());
        // Ended later than either would be.
        for (int i = 0; i < 2; i++) {
            assertThat(secure().send("GET /v1/things HTTP/1.1\r\nHost").ended()).isTrue();
        }
        fresh.getOutputStream().write(OTA.getBytes(ISO_8859_1));
        assertThat(fresh.getInputStream().read()).isEqualTo('H');
        assertThat(used.send(OTA).head().status()).isEqualTo(400);
    }

    @Test
    void whoHasMostHandshakesLosesTheOldest() throws Exception {
        var usual = TestLimits.hurry(IDLE, Duration.ofSeconds(30));
        int loops = Runtime.getRuntime().availableProcessors();
        var few = new EdgeLimits.ConnectionLimits(4 * 16 * loops, 16);
        start("", true, List.of(), new EdgeLimits(few, usual.memory(), usual.pace()));
        for (int i = 0; i < 20 * loops; i++) {
            var from = InetAddress.getByName("127.0.0.9");
            open.add(new Socket(InetAddress.getByName("127.0.0.1"), edge.securePort(), from, 0));
        }
        await("those that are too many", () -> edge.governor().counted(EdgeLimit.HANDSHAKES) > 0);
        assertThat(secure().send(OTA).head().status()).isEqualTo(400);
        assertThat(plain().send(OTA).head().status()).isEqualTo(400);
    }

    @Test
    void whoKeepsThisSideComputingShutsOutNobodyElse() throws Exception {
        // Computing it takes longer than asking for it.
        slow.write(certificate, key);
        var usual = TestLimits.hurry(IDLE, Duration.ofSeconds(30));
        int loops = Runtime.getRuntime().availableProcessors();
        var few = new EdgeLimits.ConnectionLimits(4 * 16 * loops, 16);
        start("", true, List.of(), new EdgeLimits(few, usual.memory(), usual.pace()));
        byte[] hello = hello();
        var over = new AtomicBoolean();
        Thread flood = Thread.ofPlatform().start(() -> flood(hello, over));
        try {
            for (int i = 0; i < 10; i++) {
                long before = edge.governor().counted(EdgeLimit.HANDSHAKES);
                await(
                        "too many",
                        () -> edge.governor().counted(EdgeLimit.HANDSHAKES) > before + 20);
                assertThat(secure().send(OTA).head().status()).isEqualTo(400);
            }
        } finally {
            over.set(true);
            flood.join();
        }
    }

    /** The first message of a client. */
    private static byte[] hello() throws Exception {
        SSLEngine engine = trust.createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    // Says hello from one address about a thousand times a second, and nothing more.
    private void flood(byte[] hello, AtomicBoolean over) {
        var sockets = new ArrayDeque<Socket>();
        try {
            var from = InetAddress.getByName("127.0.0.9");
            while (!over.get()) {
                var socket =
                        new Socket(InetAddress.getByName("127.0.0.1"), edge.securePort(), from, 0);
                sockets.add(socket);
                try {
                    socket.getOutputStream().write(hello);
                } catch (IOException ended) {
                    // It was one too many.
                }
                if (sockets.size() > 500) {
                    sockets.remove().close();
                }
                Thread.sleep(1);
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void plainHttpOnThePortForHttpsIsClosed() throws Exception {
        start();
        var client = new RawClient(edge.securePort());
        open.add(client);
        client.send(OTA);
        assertThatThrownBy(client::head).isInstanceOf(IOException.class);
        assertThat(secure().send(OTA).head().status()).isEqualTo(400);
    }

    @Test
    void slowDownloadsHoldLittleMemory() throws Exception {
        start();
        long before = direct();
        int many = 60;
        for (int i = 0; i < many; i++) {
            var client = secure().get("/f/a");
            client.head();
            client.read(1);
        }
        await("the downloads", () -> edge.downloads() == many);
        assertThat(direct() - before).isLessThan(many * 200_000L);
    }

    private static long direct() {
        return java.lang.management.ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
                        .stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum()
                + Math.max(0, PlatformDependent.usedDirectMemory());
    }

    @Test
    void withoutACertificateItDoesNotStart() throws Exception {
        Files.writeString(key, "");
        assertThatThrownBy(this::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("contains no private key");
    }
}
