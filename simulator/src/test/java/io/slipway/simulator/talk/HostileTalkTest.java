package io.slipway.simulator.talk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.count.Finding;
import io.slipway.simulator.strict.StrictFrames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that breaks some device is detected, with the rule that it breaks. */
class HostileTalkTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final TalkLog log = new TalkLog();

    private TalkingDevice device(CannedTalk server, Variant variant, int version) {
        return new TalkingDevice(
                DeviceProfile.of(variant, 1, 0),
                new TalkDoor(TalkUrl.parse(server.url()), "T", version, null),
                new Pace(1000),
                log);
    }

    static Stream<Arguments> hostileTexts() {
        return Stream.of(
                Arguments.of("R13", "{\"state\":\"start\"}"),
                Arguments.of("R13", "{\"type\":7}"),
                Arguments.of("R13", "{\"type\":null}"),
                Arguments.of("R13", "[]"),
                Arguments.of("R13", "hello"),
                Arguments.of("R13", "{\"type\":\"tts\"}"),
                Arguments.of("R13", "{\"type\":\"tts\",\"state\":null}"),
                Arguments.of("R13", "{\"type\":\"tts\",\"\u017Ftate\":\"start\"}"),
                Arguments.of("R13", "{\"type\":\"stt\",\"text\":\"\\ud800\"}"),
                Arguments.of("R13", "{\"type\":\"tts\\u0000x\"}"),
                Arguments.of("§7.4", "{\"type\":\"tts\",\"state\":\"sentence_start\"}"),
                Arguments.of("§7.4", "{\"type\":\"tts\",\"State\":\"stop\",\"state\":\"stop\"}"),
                Arguments.of("§7.4", "{\"type\":\"stt\"}"),
                Arguments.of("§7.4", "{\"type\":\"llm\",\"text\":\"x\"}"),
                Arguments.of("§7.4", "{\"type\":\"mcp\",\"payload\":\"{}\"}"),
                Arguments.of("§7.4", "{\"type\":\"system\"}"),
                Arguments.of("§7.4", "{\"type\":\"iot\"}"),
                Arguments.of("§7.4", "{\"type\":\"iot\",\"commands\":[{\"name\":\"x\"}]}"),
                Arguments.of("§7.4", "{\"type\":\"alert\",\"status\":\"a\",\"message\":\"b\"}"),
                Arguments.of(
                        "§7.4",
                        "{\"type\":\"alert\",\"status\":1,\"message\":\"b\",\"emotion\":\"c\"}"),
                Arguments.of("R12", "{\"type\":\"hello\"}"),
                Arguments.of("R12", "{\"type\":\"hello\",\"transport\":\"udp\"}"),
                Arguments.of(
                        "§7.2",
                        "{\"type\":\"hello\",\"transport\":\"websocket\","
                                + "\"audio_params\":{\"sample_rate\":44100}}"),
                Arguments.of(
                        "§9.6",
                        "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
                                + "\"tools/call\",\"params\":{\"name\":\"x\",\"stackSize\":1}}}"));
    }

    @ParameterizedTest
    @MethodSource
    void hostileTexts(String rule, String text) throws Exception {
        panics(Variant.WIFI, 1, rule, peer -> peer.text(text));
    }

    static Stream<Arguments> hostileFrames() {
        return Stream.of(
                frames(1, "§7.7", peer -> peer.frame(0xc1, "{}".getBytes(UTF_8))),
                frames(1, "§7.7", peer -> peer.frame(0x83, new byte[0])),
                frames(1, "§7.7", peer -> peer.frame(0x80, new byte[1])),
                frames(
                        1,
                        "§7.7",
                        peer -> {
                            peer.frame(0x01, "{".getBytes(UTF_8));
                            peer.frame(0x81, "}".getBytes(UTF_8));
                        }),
                frames(1, "§7.7", peer -> peer.frame(0x09, new byte[0])),
                frames(1, "§7.7", peer -> peer.frame(0x89, new byte[126])),
                frames(1, "§7.7", peer -> peer.binary(new byte[StrictFrames.MAX_MESSAGE + 1])),
                frames(
                        1,
                        "§7.7",
                        peer -> peer.raw(new byte[] {(byte) 0x82, 127, -1, 0, 0, 0, 0, 0, 0, 0})),
                frames(1, "§7.6", peer -> peer.frame(0x88, new byte[1])),
                frames(1, "§7.4", peer -> peer.frame(0x81, new byte[] {'"', -1, '"'})),
                // The layout of another version: these devices would read out of bounds.
                frames(2, "§7.3", peer -> peer.binary(new byte[15])),
                frames(2, "§7.3", peer -> peer.binary(new byte[0])),
                frames(2, "§7.3", peer -> peer.binary(layout2(21, 20))),
                frames(2, "§7.3", peer -> peer.binary(layout2(-1, 20))),
                frames(3, "§7.3", peer -> peer.binary(new byte[3])),
                frames(3, "§7.3", peer -> peer.binary(new byte[] {0, 0, -1, -1, 1, 2})),
                frames(3, "§7.3", peer -> peer.binary(new byte[] {0, 0, 0, 3, 1, 2})));
    }

    private static byte[] layout2(int size, int bytes) {
        return ByteBuffer.allocate(16 + bytes).putShort((short) 2).putInt(12, size).array();
    }

    private static Arguments frames(int version, String rule, CannedTalk.Conversation send) {
        return Arguments.of(version, rule, send);
    }

    @ParameterizedTest
    @MethodSource
    void hostileFrames(int version, String rule, CannedTalk.Conversation send) throws Exception {
        panics(Variant.WIFI, version, rule, send);
    }

    @Test
    void longFramesOverflowOldFirmware() throws Exception {
        String longest = "{\"type\":\"x\"}" + " ".repeat(2047 - 4 - 12);
        try (var server =
                        CannedTalk.greeting(peer -> {
                            peer.text(longest);
                            peer.frame(0x01, (longest + " ".repeat(0)).getBytes(UTF_8));
                            peer.frame(0x80, new byte[] {' '});
                            peer.text("{\"type\":\"stt\",\"text\":\"ok\"}");
                            peer.drain();
                        });
                var device = device(server, Variant.V1_7, 1)) {
            device.open();
            assertThat(device.await(LONG, m -> m.received().heard() == 1)).isTrue();
        }
        assertThat(log.report().findings().broken()).isEmpty();

        panics(Variant.V1_7, 1, "§7.7", peer -> peer.text(longest + " "));
    }

    /** A device that received something that breaks it is gone, and the log names the rule. */
    private void panics(Variant variant, int version, String rule, CannedTalk.Conversation send)
            throws Exception {
        try (var server =
                        CannedTalk.greeting(peer -> {
                            send.with(peer);
                            peer.drain();
                        });
                var device = device(server, variant, version)) {
            device.open();
            device.await(LONG, m -> !m.connection().open());
            assertThat(device.moment().panicked()).isTrue();
        }
        assertThat(log.report().findings().broken())
                .extracting(Finding::rule)
                .containsExactly(rule);
    }

    static Stream<Arguments> handshakes() {
        return Stream.of(
                Arguments.of("HTTP 401", "", "HTTP/1.1 401 Unauthorized\r\n\r\n"),
                Arguments.of("HTTP 302", "", "HTTP/1.1 302 Found\r\n\r\n"),
                Arguments.of("101", "§7.1", "HTTP/1.0 101 X\r\nUpgrade: websocket\r\n\r\n"),
                Arguments.of("not a status line", "§7.1", "hello\r\n\r\n"),
                Arguments.of("RFC 6455", "§7.1", "HTTP/1.1 101 X\r\n\r\n"),
                Arguments.of(
                        "RFC 6455",
                        "§7.1",
                        "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: x\r\n\r\n"),
                Arguments.of(
                        "without an end", "§7.1", "HTTP/1.1 101 X\r\n" + "X: y\r\n".repeat(2000)),
                Arguments.of("cut in the handshake", "", "HTTP/1.1 101 X\r\nUpgr"));
    }

    @ParameterizedTest
    @MethodSource
    void handshakes(String why, String rule, String answer) throws Exception {
        try (var server = new CannedTalk(peer -> peer.raw(answer));
                var device = device(server, Variant.WIFI, 1)) {
            assertThatThrownBy(device::open)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(why);
        }
        List<Finding> broken = log.report().findings().broken();
        assertThat(broken.stream().map(Finding::rule).toList())
                .isEqualTo(rule.isEmpty() ? List.of() : List.of(rule));
        assertThat(log.report().sessions()).isZero();
    }
}
