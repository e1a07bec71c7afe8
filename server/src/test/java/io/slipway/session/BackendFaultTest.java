package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestDevice;
import io.slipway.session.RawBackend.Script;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backends that are faster, ruder or more talkative than they should be. */
class BackendFaultTest {

    private static final int ROUNDS = 10;

    @TempDir private Path folder;
    private SessionFixture fixture;

    @BeforeEach
    void start() {
        fixture = SessionFixture.open(folder);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static byte[] join(byte[]... parts) {
        var all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] server(String text) {
        return Frame.ofServer(Frame.TEXT, Frame.utf8(text));
    }

    /** What each of many sessions receives first from a backend that does this. */
    private void each(Script script, Hears hears) throws Exception {
        try (RawBackend backend = RawBackend.start(script)) {
            fixture.relayTo(backend.url());
            for (int i = 1; i <= ROUNDS; i++) {
                try (RawDevice device = fixture.call(fixture.device(i))) {
                    hears.check(device);
                }
            }
            Await.until(() -> backend.open() == 0 && fixture.sessions().isEmpty());
        }
    }

    private interface Hears {
        void check(RawDevice device) throws IOException;
    }

    @Test
    void aBackendThatDoesNotWaitForOurHelloIsHeardFromItsFirstWord() throws Exception {
        String stt = "{\"type\":\"stt\",\"text\":\"早\"}";
        each(
                talk -> {
                    // All in the packet that answers the handshake.
                    talk.write(
                            join(
                                    talk.handshake(),
                                    server(TestBackend.HELLO),
                                    server(stt),
                                    Frame.ofServer(Frame.BINARY, new byte[] {1, 2, 3})));
                    talk.untilEnd();
                },
                device -> {
                    assertThat(device.next().type()).isEqualTo("hello");
                    assertThat(device.next().json().path("text").asText()).isEqualTo("早");
                    assertThat(device.next().payload()).containsExactly(1, 2, 3);
                });
    }

    @Test
    void aBackendThatClosesInItsFirstPacketCausesANoticeAtOnce() throws Exception {
        byte[] close =
                Frame.ofServer(Frame.CLOSE, ByteBuffer.allocate(2).putShort((short) 1008).array());
        try (RawBackend backend =
                RawBackend.start(talk -> {
                    talk.write(join(talk.handshake(), close));
                    talk.untilEnd();
                })) {
            fixture.relayTo(backend.url());
            for (int i = 1; i <= 3; i++) {
                try (RawDevice device = fixture.call(fixture.device(i))) {
                    assertThat(device.next().type()).isEqualTo("hello");
                    assertThat(device.next().type()).isEqualTo("alert");
                }
            }
            Await.until(() -> backend.open() == 0);
        }
    }

    @Test
    void aBackendThatDropsUsRightAfterTheHandshakeCausesANotice() throws Exception {
        each(
                talk -> {
                    talk.write(talk.handshake());
                    talk.socket.setSoLinger(true, 0);
                },
                device -> {
                    assertThat(device.next().type()).isEqualTo("hello");
                    assertThat(device.next().type()).isEqualTo("alert");
                });
    }

    @Test
    void aBackendThatNeverAnswersTheHandshakeIsGivenUp() throws Exception {
        try (RawBackend backend = RawBackend.start(RawBackend.Talk::stall)) {
            fixture.relayTo(backend.url());
            try (RawDevice device = fixture.call(fixture.device(1))) {
                assertThat(device.next().type()).isEqualTo("hello");
                assertThat(device.next().type()).isEqualTo("alert");
                backend.wake();
                Await.until(() -> backend.open() == 0);
            }
        }
    }

    @Test
    void anEndlessAnswerToTheHandshakeIsNotBuffered() throws Exception {
        try (RawBackend backend =
                RawBackend.start(talk -> {
                    talk.handshake();
                    String head = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n";
                    talk.write(head.getBytes(StandardCharsets.US_ASCII));
                    byte[] some = new byte[64 * 1024];
                    while (true) {
                        talk.write(some);
                        talk.count(some.length);
                    }
                })) {
            fixture.relayTo(backend.url());
            try (RawDevice device = fixture.call(fixture.device(1))) {
                device.next("alert");
                assertThat(backend.sent.get()).isLessThan(4_000_000);
            }
            Await.until(() -> backend.open() == 0);
        }
    }

    /** A frame of a backend may be long, but not all of them at the same time, unfinished. */
    @Test
    void backendsThatNeverFinishTheirFramesAreCut() throws Exception {
        byte[] frame = Frame.ofServer(Frame.BINARY, new byte[250_000]);
        int sessions = 100;
        try (RawBackend backend =
                RawBackend.start(talk -> {
                    talk.greet();
                    talk.write(Arrays.copyOf(frame, frame.length - 1));
                    talk.untilEnd();
                })) {
            fixture.relayTo(backend.url());
            var devices = new ArrayList<RawDevice>();
            for (TestDevice device : fixture.devices(1, sessions)) {
                devices.add(fixture.call(device));
            }
            // 16 MiB fit for all together.
            Await.until(() -> backend.open() < 70);
            assertThat(backend.open()).isGreaterThan(30);
            for (RawDevice device : devices) {
                device.close();
            }
            Await.until(() -> backend.open() == 0);
            try (RawDevice device = fixture.call(fixture.device(sessions + 1))) {
                assertThat(device.next().type()).isEqualTo("hello");
            }
        }
    }

    @Test
    void aBackendWithAnUntrustedCertificateIsRefused() throws Exception {
        try (RawBackend backend =
                RawBackend.start(
                        selfSigned(folder.resolve("keys.p12")).createServerSocket(),
                        talk -> {
                            talk.greet();
                            talk.speech(new byte[1]);
                        })) {
            fixture.relayTo("wss://localhost:" + backend.port() + "/");
            try (RawDevice device = fixture.call(fixture.device(1))) {
                assertThat(device.next().type()).isEqualTo("hello");
                assertThat(device.next().type()).isEqualTo("alert");
                assertThat(backend.sent.get()).isZero();
            }
        }
    }

    private static SSLServerSocketFactory selfSigned(Path file) throws Exception {
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String command =
                tool
                        + " -genkeypair -keyalg EC -alias a -storepass secret -dname CN=localhost"
                        + " -ext SAN=dns:localhost -keystore "
                        + file;
        int exit = new ProcessBuilder(command.split(" ")).inheritIO().start().waitFor();
        assertThat(exit).isZero();
        var keys = KeyStore.getInstance(file.toFile(), "secret".toCharArray());
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "secret".toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context.getServerSocketFactory();
    }

    @Test
    void refusalsToABackendThatDoesNotReadThemAreBounded() throws Exception {
        String call =
                "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":"
                        + "\"tools/call\",\"params\":{\"name\":\"self.reboot\",\"arguments\":{}}}}";
        try (RawBackend backend =
                RawBackend.start(talk -> {
                    talk.greet();
                    for (int i = 0; i < 30_000; i++) {
                        talk.write(server(call));
                        talk.count(call.length());
                    }
                    talk.text("{\"type\":\"stt\",\"text\":\"done\"}");
                    talk.untilEnd();
                })) {
            fixture.relayTo(backend.url());
            try (RawDevice device = fixture.call(fixture.device(1))) {
                device.next("hello");
                assertThat(device.next("stt").json().path("text").asText()).isEqualTo("done");
            }
            Await.until(() -> backend.open() == 0);
            // Of megabytes of answers it received what two kernels and one buffer hold.
            assertThat(backend.received.get()).isLessThan(1_000_000);
        }
    }
}
