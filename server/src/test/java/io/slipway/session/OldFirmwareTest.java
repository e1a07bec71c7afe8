package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.protocol.socket.AudioLayout;
import io.slipway.session.TestBackend.Manner;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The frames on the wire, for devices of all ages and layouts. */
class OldFirmwareTest {

    @TempDir private Path folder;
    private TestServer server;
    private Person owner;
    private TestBackend backend;

    @BeforeEach
    void start() {
        server = TestServer.start(TestEngine.SQLITE, folder, "session.private-backends", "on");
        owner = Person.register(server, "owner");
        backend = TestBackend.start(Manner.ECHOES);
    }

    @AfterEach
    void stop() {
        server.close();
        backend.close();
    }

    private TestDevice talking(int index, String version, int backendVersion) {
        owner.ok(
                "PUT",
                "/xiaozhi/agent/" + owner.agentId,
                "{\"backend\":{\"type\":\"relay\",\"url\":\""
                        + backend.url()
                        + "\",\"version\":"
                        + backendVersion
                        + "}}");
        TestDevice device = TestDevice.of(server, index).withVersion(version);
        owner.bind(device.code());
        return device;
    }

    private static final String LONG = "很长的一句话。".repeat(300);

    @Test
    void framesForOldFirmwareStayBelowTwoKilobytes() throws Exception {
        TestDevice device = talking(1, "1.7.7", 0);
        try (var raw = RawDevice.call(device, 1)) {
            assertThat(raw.next().opcode()).isEqualTo(1);
            backend.say("{\"type\":\"stt\",\"text\":\"" + LONG + "\"}");
            var whole = new java.io.ByteArrayOutputStream();
            Frame frame;
            int frames = 0;
            do {
                frame = raw.next();
                assertThat(frame.opcode()).isEqualTo(frames == 0 ? 1 : 0);
                assertThat(frame.wire()).isLessThan(2_048);
                whole.writeBytes(frame.payload());
                frames++;
            } while (!frame.last());
            assertThat(frames).isGreaterThan(2);
            assertThat(whole.toString(StandardCharsets.UTF_8)).contains(LONG);
        }
    }

    @Test
    void framesForNewFirmwareAreNotSplit() throws Exception {
        TestDevice device = talking(2, "2.4.2", 0);
        try (var raw = RawDevice.call(device, 1)) {
            raw.next();
            backend.say("{\"type\":\"stt\",\"text\":\"" + LONG + "\"}");
            Frame frame = raw.next();
            assertThat(frame.last()).isTrue();
            assertThat(frame.wire()).isGreaterThan(2_048);
        }
    }

    @Test
    void layoutsAreThoseOfTheConnectionAndTranslatedForABackendOfAnother() throws Exception {
        byte[] opus = {8, 1, 2, 3, 4, 5};
        for (AudioLayout layout : AudioLayout.values()) {
            for (int backendVersion = 0; backendVersion <= 3; backendVersion++) {
                TestDevice device =
                        talking(10 * layout.version() + backendVersion, "2.4.2", backendVersion);
                try (var raw = RawDevice.call(device, layout.version())) {
                    raw.next();
                    raw.send(2, layout.frame(opus, 1234));
                    byte[] back = raw.next().payload();
                    assertThat(layout.read(back).orElseThrow().opus()).isEqualTo(opus);
                    int spoken = backendVersion == 0 ? layout.version() : backendVersion;
                    assertThat(backend.handshakes.getLast())
                            .containsEntry("protocol-version", Integer.toString(spoken));
                }
            }
        }
    }

    @Test
    void aFrameThatWouldBeReadPastItsEndNeverReachesADevice() throws Exception {
        TestDevice device = talking(50, "2.4.2", 0);
        try (var raw = RawDevice.call(device, 3)) {
            raw.next();
            byte[] good = AudioLayout.V3.frame(new byte[] {1, 2, 3, 4}, 0);
            byte[] lying = Arrays.copyOf(good, good.length);
            lying[2] = 100;
            backend.say(lying);
            backend.say(new byte[] {0});
            backend.say(new byte[0]);
            backend.say(good);
            assertThat(raw.next().payload()).isEqualTo(good);
        }
    }

    @Test
    void theServerEndsTcpItselfAfterAClose() throws Exception {
        TestDevice device = talking(60, "2.4.2", 0);
        try (var raw = RawDevice.call(device, 1)) {
            raw.next();
            backend.hangUp();
            assertThat(raw.next().opcode()).isEqualTo(8);
            // Firmware neither answers the frame nor closes the connection.
            assertThat(raw.ended()).isTrue();
        }
    }

    @Test
    void aFrameThatIsNoneEndsTheSessionWithItsCode() throws Exception {
        TestDevice device = talking(80, "2.4.2", 0);
        try (var raw = RawDevice.call(device, 1)) {
            raw.next();
            // Not masked, which a client's frames must be.
            raw.write(new byte[] {(byte) 0x82, 1, 7});
            Frame close = raw.next();
            assertThat(close.opcode()).isEqualTo(8);
            assertThat(close.code()).isEqualTo(1002);
            assertThat(raw.ended()).isTrue();
        }
    }

    @Test
    void thePowerPlugIsNoMessage() throws Exception {
        TestDevice device = talking(70, "2.4.2", 0);
        var raw = RawDevice.call(device, 1);
        raw.next();
        raw.close();
        Await.until(() -> backend.open() == 0);
    }
}
