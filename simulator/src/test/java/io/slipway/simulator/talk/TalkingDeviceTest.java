package io.slipway.simulator.talk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.socket.AudioParams;
import io.slipway.protocol.socket.DeviceMessage;
import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.count.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TalkingDeviceTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final TalkLog log = new TalkLog();

    private TalkingDevice device(CannedTalk server, Variant variant, int version) {
        return new TalkingDevice(
                DeviceProfile.of(variant, 1, 0),
                new TalkDoor(TalkUrl.parse(server.url()), "T", version, null),
                new Pace(1000),
                log);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aQuestionAndItsAnswer(int version) throws Exception {
        var echo = new EchoTalk();
        try (var server = new CannedTalk(echo);
                var device = device(server, Variant.WIFI, version)) {
            device.open();
            device.wake(Clip.BUNDLED.wakeWord(), "你好小智");
            device.listen(TalkMode.AUTO);
            assertThat(device.moment().phase()).isEqualTo(TalkPhase.LISTENING);
            assertThat(device.speak(Clip.BUNDLED.question())).isTrue();
            assertThat(device.awaitInSilence(LONG, m -> m.received().stops() == 1)).isTrue();

            TalkMoment end = device.moment();
            assertThat(end.phase()).isEqualTo(TalkPhase.LISTENING);
            assertThat(end.received().heard()).isEqualTo(1);
            assertThat(end.received().starts()).isEqualTo(1);
            assertThat(end.received().sentences()).isEqualTo(1);
            assertThat(end.received().packets()).isEqualTo(20);
            assertThat(end.connection().session()).isEqualTo("S1");
        }
        assertThat(echo.versions).containsExactly(version);
        assertThat(echo.detects).hasValue(1);
        assertThat(echo.replies).hasSize(1).first().asString().contains("\"nextCursor\"");
        assertThat(log.report().findings().broken()).isEmpty();
        assertThat(log.report().findings().warnings()).isEmpty();
        assertThat(log.report().findings().troubles()).isEmpty();
    }

    @Test
    void aButtonEndsTheQuestion() throws Exception {
        try (var server = new CannedTalk(new EchoTalk());
                var device = device(server, Variant.WIFI, 1)) {
            device.open();
            device.listen(TalkMode.MANUAL);
            device.speak(Clip.BUNDLED.question().subList(0, 5));
            device.stop();
            assertThat(device.await(LONG, m -> m.received().stops() == 1)).isTrue();
            assertThat(device.moment().phase()).isEqualTo(TalkPhase.IDLE);
        }
        assertThat(log.report().findings().broken()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void theServersReaderUnderstandsItsHello(Variant variant) {
        String text = TalkOpening.hello(DeviceProfile.of(variant, 1, 0), 2);
        assertThat(DeviceMessage.read(text))
                .isEqualTo(
                        new DeviceMessage.Hello(
                                2,
                                // Tools came with 1.7.
                                variant.talksWhereTold() && variant != Variant.V1_6,
                                false,
                                false,
                                AudioParams.UPLINK,
                                text));
    }

    @Test
    void whatFirmwareSends() throws Exception {
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        try (var server =
                        CannedTalk.greeting(peer -> {
                            while (true) {
                                said.add(peer.next().text());
                            }
                        });
                var device = device(server, Variant.WIFI, 3)) {
            device.open();
            device.wake(List.of(), "say \"hi\"");
            device.listen(TalkMode.REALTIME);
            device.abort(false);
            device.abort(true);
            device.stop();
            assertThat(said.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(
                            "{\"session_id\":\"S1\",\"type\":\"listen\",\"state\":\"detect\","
                                    + "\"text\":\"say \"hi\"\"}");
            assertThat(said.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(
                            "{\"session_id\":\"S1\",\"type\":\"listen\",\"state\":\"start\","
                                    + "\"mode\":\"realtime\"}");
            assertThat(said.poll(10, TimeUnit.SECONDS))
                    .isEqualTo("{\"session_id\":\"S1\",\"type\":\"abort\"}");
            assertThat(said.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(
                            "{\"session_id\":\"S1\",\"type\":\"abort\","
                                    + "\"reason\":\"wake_word_detected\"}");
            assertThat(said.poll(10, TimeUnit.SECONDS))
                    .isEqualTo("{\"session_id\":\"S1\",\"type\":\"listen\",\"state\":\"stop\"}");
            assertThat(server.heads.getFirst())
                    .matches(
                            "(?s)GET /v1/ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                    + "Authorization: Bearer T\r\nClient-Id: [0-9a-f-]{36}\r\n"
                                    + "Connection: Upgrade\r\nDevice-Id: d6:00:01:00:00:00\r\n"
                                    + "Protocol-Version: 3\r\nSec-WebSocket-Key: [^\r]{24}\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n\r\n");
        }
    }

    @Test
    void whatItAnswersByItselfDoesNotComeAmidSeveralFrames() throws Exception {
        BlockingQueue<Integer> opcodes = new LinkedBlockingQueue<>();
        int asked = 300;
        try (var server =
                        CannedTalk.greeting(peer -> {
                            Thread.startVirtualThread(() -> ask(peer, asked));
                            while (true) {
                                opcodes.add(peer.next().opcode());
                            }
                        });
                var device = device(server, Variant.WIFI, 1)) {
            device.open();
            int piece = 20;
            var frames = Collections.nCopies(piece, new TalkingDevice.Raw(0x82, new byte[] {1}));
            int replies = 0;
            int together = 0;
            while (replies < asked) {
                device.frames(frames);
                for (Integer next = opcodes.poll(); next != null; next = opcodes.poll()) {
                    if (next == 1) {
                        replies++;
                        assertThat(together % piece).as("frames before a reply").isZero();
                    } else {
                        together++;
                    }
                }
                assertThat(device.moment().connection().open()).isTrue();
            }
        }
    }

    private static void ask(CannedTalk.Peer device, int times) {
        try {
            for (int i = 0; i < times; i++) {
                device.text(
                        "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":1,"
                                + "\"method\":\"initialize\",\"params\":{}}}");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void audioIsPlayedBetweenStartAndStopOnly() throws Exception {
        try (var server =
                        CannedTalk.greeting(peer -> {
                            peer.binary(new byte[] {1});
                            peer.text("{\"type\":\"tts\",\"state\":\"start\"}");
                            for (int i = 0; i < 41; i++) {
                                peer.binary(new byte[] {1});
                            }
                            peer.text("{\"type\":\"tts\",\"state\":\"stop\"}");
                            peer.binary(new byte[] {1});
                            peer.drain();
                        });
                var device =
                        new TalkingDevice(
                                DeviceProfile.of(Variant.WIFI, 1, 0),
                                new TalkDoor(TalkUrl.parse(server.url()), "T", 1, null),
                                // A frame takes 10 minutes to play.
                                new Pace(0.0001),
                                log)) {
            device.open();
            assertThat(device.await(LONG, m -> m.received().packets() == 43)).isTrue();
        }
        assertThat(log.report().findings().warnings())
                .extracting(f -> f.rule() + " " + f.count())
                .containsExactly("§7.3 early 2", "§7.3 overflow 1");
        assertThat(log.report().findings().broken()).isEmpty();
    }

    @Test
    void framesBehindTheHandshakeInOneSegment() throws Exception {
        try (var server =
                        new CannedTalk(peer -> {
                            byte[] hello = CannedTalk.HELLO.getBytes(UTF_8);
                            peer.raw(
                                    "HTTP/1.1 101 X\r\nupgrade: WebSocket\r\nconnection: upgrade\r\n"
                                            + "Sec-WebSocket-Accept: "
                                            + peer.accept()
                                            + "\r\n\r\n"
                                            + (char) 0x81
                                            + (char) hello.length
                                            + CannedTalk.HELLO);
                            peer.drain();
                        });
                var device = device(server, Variant.WIFI, 1)) {
            device.open();
            assertThat(device.moment().connection().session()).isEqualTo("S1");
        }
    }

    @Test
    void maskedAndFragmentedFramesAndPings() throws Exception {
        BlockingQueue<CannedTalk.Frame> said = new LinkedBlockingQueue<>();
        try (var server =
                        CannedTalk.greeting(peer -> {
                            // Masked: "{}" xor 1 2 3 4, in a fragment, with a ping between.
                            byte[] text = "{\"type\":\"stt\",\"text\":\"你\"}".getBytes(UTF_8);
                            for (int i = 0; i < text.length; i++) {
                                byte mask = (byte) (i % 4 + 1);
                                boolean last = i == text.length - 1;
                                byte first = (byte) ((last ? 0x80 : 0) | (i == 0 ? 1 : 0));
                                // One byte each, so always the first byte of the mask.
                                peer.raw(
                                        new byte[] {
                                            first,
                                            (byte) 0x81,
                                            mask,
                                            9,
                                            9,
                                            9,
                                            (byte) (text[i] ^ mask)
                                        });
                                if (i == 5) {
                                    peer.frame(0x89, new byte[] {7});
                                }
                            }
                            while (true) {
                                said.add(peer.next());
                            }
                        });
                var device = device(server, Variant.WIFI, 1)) {
            device.open();
            assertThat(device.await(LONG, m -> m.received().lastText().equals("你"))).isTrue();
            CannedTalk.Frame pong = said.poll(10, TimeUnit.SECONDS);
            assertThat(pong.opcode()).isEqualTo(10);
            assertThat(pong.payload()).containsExactly(7);
        }
        assertThat(log.report().findings().broken()).isEmpty();
        assertThat(log.report().findings().warnings()).isEmpty();
    }

    @Test
    void aCloseFrameMakesItIdleAndItWaitsForTheServerToHangUp() throws Exception {
        BlockingQueue<String> after = new LinkedBlockingQueue<>();
        try (var server =
                        CannedTalk.greeting(peer -> {
                            peer.close(1000);
                            // Neither an echo nor the end of TCP.
                            try {
                                after.add("" + peer.next().opcode());
                            } catch (IOException e) {
                                after.add("ended");
                            }
                        });
                var device = device(server, Variant.WIFI, 1)) {
            device.open();
            device.await(LONG, m -> m.connection().closedByServer());
            device.listen(TalkMode.AUTO);
            device.audio(new byte[] {1});
            assertThat(device.moment().phase()).isEqualTo(TalkPhase.IDLE);
            assertThat(device.moment().connection().open()).isTrue();
            assertThat(after).isEmpty();
        }
        assertThat(after.poll(10, TimeUnit.SECONDS)).isEqualTo("ended");
        assertThat(log.report().findings().troubles()).isEmpty();
    }

    @Test
    void oldFirmwareHangsUpItselfAndTheDesktopClientEchoes() throws Exception {
        for (Variant variant : List.of(Variant.V1_7, Variant.PY_XIAOZHI)) {
            BlockingQueue<String> after = new LinkedBlockingQueue<>();
            try (var server =
                            CannedTalk.greeting(peer -> {
                                peer.close(1001);
                                try {
                                    while (true) {
                                        CannedTalk.Frame frame = peer.next();
                                        if (frame.opcode() == 8) {
                                            after.add("close");
                                        }
                                    }
                                } catch (IOException e) {
                                    after.add("ended");
                                }
                            });
                    var device = device(server, variant, 1)) {
                device.open();
                if (variant == Variant.PY_XIAOZHI) {
                    assertThat(after.poll(10, TimeUnit.SECONDS)).isEqualTo("close");
                }
                assertThat(after.poll(10, TimeUnit.SECONDS)).isEqualTo("ended");
            }
        }
        assertThat(log.report().findings().broken()).isEmpty();
    }

    @Test
    void rebootsAreAskedForByMessageOrTool() throws Exception {
        for (String text :
                List.of(
                        "{\"type\":\"system\",\"command\":\"reboot\"}",
                        "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
                                + "\"tools/call\",\"params\":{\"name\":\"self.reboot\"}}}")) {
            try (var server =
                            CannedTalk.greeting(peer -> {
                                peer.text(text);
                                peer.drain();
                            });
                    var device = device(server, Variant.WIFI, 1)) {
                device.open();
                assertThat(device.await(LONG, TalkMoment::rebootAsked)).isTrue();
            }
        }
    }

    @Test
    void vanishingLeavesTheConnectionOpenAndReadsNothing() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (var server =
                CannedTalk.greeting(peer -> {
                    try {
                        peer.drain();
                    } finally {
                        seen.add("ended");
                    }
                })) {
            try (var device = device(server, Variant.WIFI, 1)) {
                device.open();
                device.vanish();
                device.audio(new byte[] {1});
                assertThat(device.moment().connection().open()).isFalse();
                assertThat(seen).isEmpty();
            }
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("ended");
        }
    }

    @Test
    void aConnectionThatIsCutIsTrouble() throws Exception {
        try (var server = CannedTalk.greeting(peer -> {});
                var device = device(server, Variant.WIFI, 1)) {
            device.open();
            device.await(LONG, m -> !m.connection().open());
        }
        assertThat(log.report().findings().troubles())
                .extracting(Finding::rule)
                .containsExactly("talk cut");
    }
}
