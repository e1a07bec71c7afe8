package io.slipway.simulator.strict;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.socket.AudioLayout;
import io.slipway.protocol.socket.AudioParams;
import io.slipway.protocol.socket.ServerMessage;
import io.slipway.protocol.socket.ServerMessage.BackendMessage;
import io.slipway.protocol.socket.ServerMessage.Tts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares the server's rules for what a device survives with those of the device here: they were
 * written independently, so a difference means that one of them is wrong.
 */
class TwoReadersTest {

    private static final long SEED = Long.getLong("slipway.seed", 20260806L);
    private static final int CASES = Integer.getInteger("slipway.cases", 30_000);

    private static final List<ServerMessage> MESSAGES =
            List.of(
                    new ServerMessage.Hello("S", AudioParams.DOWNLINK),
                    new Tts("S", Tts.TtsState.START, null),
                    new Tts("S", Tts.TtsState.SENTENCE_START, "a\n\"你好\" 😊"),
                    new Tts("S", Tts.TtsState.STOP, null),
                    new ServerMessage.Stt("S", "\\"),
                    new ServerMessage.Llm("S", "happy", "😊"),
                    new ServerMessage.Mcp(
                            "S",
                            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
                                    + "\"params\":{\"name\":\"x\",\"arguments\":{}}}"),
                    new ServerMessage.Reboot("S"),
                    new ServerMessage.Alert("S", "a", "b", "sad"),
                    new ServerMessage.ConfigUpdated("S"));

    private static final List<String> NASTY =
            List.of(
                    "null",
                    "7",
                    "-0.5e3",
                    "\"x\"",
                    "{}",
                    "[{}]",
                    "\"Type\":\"tts\",",
                    "\"state\":null,",
                    "\"\u017Ftate\":\"stop\",",
                    "\"payload\":{},",
                    "\"commands\":[],",
                    "\\u0000",
                    "\\ud800",
                    "\\udc00",
                    "\\",
                    "\"",
                    ",",
                    "}",
                    "\u0001",
                    "iot",
                    "alert",
                    "sentence_start",
                    "hello");

    @Test
    void whatTheServerSaysIsUnderstood() {
        for (ServerMessage message : MESSAGES) {
            UnderstoodMessage told = StrictTalk.read(message.json());
            Class<?> expected =
                    switch (message) {
                        case ServerMessage.Hello hello -> UnderstoodMessage.Hello.class;
                        case Tts tts ->
                                switch (tts.state()) {
                                    case START -> UnderstoodMessage.Start.class;
                                    case SENTENCE_START -> UnderstoodMessage.Sentence.class;
                                    case STOP -> UnderstoodMessage.Stop.class;
                                };
                        case ServerMessage.Stt stt -> UnderstoodMessage.Stt.class;
                        case ServerMessage.Llm llm -> UnderstoodMessage.Llm.class;
                        case ServerMessage.Mcp mcp -> UnderstoodMessage.Mcp.class;
                        case ServerMessage.Reboot reboot -> UnderstoodMessage.Reboot.class;
                        case ServerMessage.Alert alert -> UnderstoodMessage.Alert.class;
                        case ServerMessage.ConfigUpdated updated -> UnderstoodMessage.Other.class;
                    };
            assertThat(told).isInstanceOf(expected);
        }
    }

    @Test
    void whatTheServerLetsThroughBreaksNoDevice() {
        var random = new Random(SEED);
        int passed = 0;
        for (int i = 0; i < CASES; i++) {
            String text = MESSAGES.get(random.nextInt(MESSAGES.size())).json();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                text = mutate(random, text);
            }
            // As on the wire: without unpaired surrogates.
            text = new String(text.getBytes(UTF_8), UTF_8);
            BackendMessage read = ServerMessage.fromBackend(text);
            // A backend's hello is not passed on, nor is its restart.
            if (read instanceof BackendMessage.Safe || read instanceof BackendMessage.BackendMcp) {
                passed++;
                try {
                    StrictTalk.read(text);
                } catch (RuleBroken e) {
                    throw new AssertionError(
                            "slipway.seed=" + SEED + ", case " + i + ": " + text, e);
                }
            }
        }
        // Otherwise the check would prove nothing.
        assertThat(passed).isGreaterThan(CASES / 20);
    }

    private static String mutate(Random random, String text) {
        int at = random.nextInt(text.length() + 1);
        if (random.nextInt(4) > 0) {
            char mark = "{,:\"".charAt(random.nextInt(4));
            int marked = text.indexOf(mark, at);
            at = marked < 0 ? at : marked + (mark == '"' ? 0 : 1);
        }
        int until = Math.min(text.length(), at + (random.nextBoolean() ? 0 : random.nextInt(8)));
        return text.substring(0, at)
                + NASTY.get(random.nextInt(NASTY.size()))
                + text.substring(until);
    }

    @ParameterizedTest
    @EnumSource
    void framesAreTakenApartAlike(AudioLayout layout) {
        var random = new Random(SEED);
        for (int i = 0; i < 10_000; i++) {
            byte[] packet = new byte[random.nextInt(300)];
            random.nextBytes(packet);
            byte[] frame = StrictAudio.frame(layout.version(), packet);
            assertThat(layout.frame(packet, 0)).isEqualTo(frame);

            frame = Arrays.copyOf(frame, random.nextInt(frame.length + 4));
            for (int n = random.nextInt(3); n > 0 && frame.length > 0; n--) {
                frame[random.nextInt(Math.min(frame.length, 16))] = (byte) random.nextInt();
            }
            var warnings = new ArrayList<String>();
            byte[] taken = null;
            try {
                taken = StrictAudio.packet(layout.version(), frame, warnings::add);
            } catch (RuleBroken e) {
                assertThat(e.rule()).isEqualTo("§7.3");
            }
            String where = "slipway.seed=" + SEED + ", case " + i;
            assertThat(layout.safe(frame)).as(where).isEqualTo(taken != null);
            byte[] expected = taken;
            layout.read(frame).ifPresent(r -> assertThat(r.opus()).as(where).isEqualTo(expected));
        }
    }
}
