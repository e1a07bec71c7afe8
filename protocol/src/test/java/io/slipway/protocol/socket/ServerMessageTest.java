package io.slipway.protocol.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.protocol.Json;
import io.slipway.protocol.socket.ServerMessage.Alert;
import io.slipway.protocol.socket.ServerMessage.BackendMessage;
import io.slipway.protocol.socket.ServerMessage.ConfigUpdated;
import io.slipway.protocol.socket.ServerMessage.Hello;
import io.slipway.protocol.socket.ServerMessage.Llm;
import io.slipway.protocol.socket.ServerMessage.Reboot;
import io.slipway.protocol.socket.ServerMessage.Stt;
import io.slipway.protocol.socket.ServerMessage.Tts;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerMessageTest {

    private static final long SEED = Long.getLong("slipway.seed", 20260806L);

    @Test
    void golden() {
        assertThat(new Hello("S1", AudioParams.DOWNLINK).json())
                .isEqualTo(
                        "{\"type\":\"hello\",\"transport\":\"websocket\",\"session_id\":\"S1\","
                                + "\"audio_params\":{\"format\":\"opus\",\"sample_rate\":24000,"
                                + "\"channels\":1,\"frame_duration\":60}}");
        assertJson(
                new Tts("S1", Tts.TtsState.START, null),
                "{'type':'tts','session_id':'S1','state':'start'}");
        assertJson(
                new Tts("S1", Tts.TtsState.SENTENCE_START, "你\"好\\\n"),
                "{'type':'tts','session_id':'S1','state':'sentence_start',"
                        + "'text':'你\\\"好\\\\\\n'}");
        assertJson(
                new Tts("S1", Tts.TtsState.STOP, null),
                "{'type':'tts','session_id':'S1','state':'stop'}");
        assertJson(new Stt("S1", "x"), "{'type':'stt','session_id':'S1','text':'x'}");
        assertJson(
                new Llm("S1", "happy", "😊"),
                "{'type':'llm','session_id':'S1','emotion':'happy','text':'😊'}");
        assertJson(
                new ServerMessage.Mcp("S1", " {\"id\":1} "),
                "{'type':'mcp','session_id':'S1','payload':{'id':1}}");
        assertJson(new Reboot("S1"), "{'type':'system','session_id':'S1','command':'reboot'}");
        assertJson(
                new Alert("S1", "a", "b", "sad"),
                "{'type':'alert','session_id':'S1','status':'a','message':'b','emotion':'sad'}");
        assertJson(
                new ConfigUpdated("S1"),
                "{'type':'notify','session_id':'S1','event':'config_updated'}");
    }

    @Test
    void whateverTheTextADeviceTakesIt() throws IOException {
        var random = new Random(SEED);
        for (int i = 0; i < 3000; i++) {
            String text = text(random);
            String where = "slipway.seed=" + SEED + ", case " + i;
            for (ServerMessage message :
                    List.of(
                            new Tts("S", Tts.TtsState.SENTENCE_START, text),
                            new Stt("S", text),
                            new Llm("S", "neutral", text),
                            new Alert("S", text, text, "sad"))) {
                String json = message.json();
                assertThat(ServerMessage.fromBackend(json))
                        .as(where)
                        .isInstanceOf(BackendMessage.Safe.class);
                // The bytes on the wire: an unpaired surrogate would become a question mark.
                byte[] bytes = json.getBytes(UTF_8);
                assertThat(new String(bytes, UTF_8)).as(where).isEqualTo(json);
                assertThat(bytes.length).as(where).isLessThanOrEqualTo(ServerMessage.MAX_TEXT);
                assertThat(Json.object(Json.parse(bytes)))
                        .as(where)
                        .containsKeys("type", "session_id")
                        .doesNotContainValue(Json.NULL);
            }
            assertThat(ServerMessage.fromBackend(new Stt("S", text).json()))
                    .as(where)
                    .isEqualTo(new BackendMessage.Safe("stt", new Stt("S", text).text(), ""));
        }
    }

    @Test
    void theLongestTextsFit() {
        for (String piece : List.of("x", "\"", "\n", "你", "😊", "\uD800", "\u0000")) {
            String text = piece.repeat(50_000);
            var alert = new Alert("S".repeat(64), text, text, "e".repeat(64));
            assertThat(ServerMessage.fromBackend(alert.json()))
                    .isInstanceOf(BackendMessage.Safe.class);
            assertThat(alert.message()).hasSizeLessThanOrEqualTo(ServerMessage.MAX_LINE);
        }
    }

    @Test
    void audioOfEveryKind() {
        for (int rate : new int[] {8_000, 12_000, 16_000, 24_000, 48_000}) {
            var audio = new AudioParams("opus", rate, 1, 20);
            assertThat(ServerMessage.fromBackend(new Hello("S", audio).json()))
                    .isEqualTo(new BackendMessage.BackendHello(audio, "S"));
        }
    }

    @Test
    void recordsGuardThemselves() {
        for (String id : List.of("", "a b", "a\"", "ü", "x".repeat(65))) {
            assertThatThrownBy(() -> new Stt(id, "x")).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new Tts("S", Tts.TtsState.START, "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tts("S", Tts.TtsState.SENTENCE_START, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Llm("S", "", "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{",
                "{}}",
                "{},\"type\":\"tts\"",
                "{},\"x\":{}",
                "{} {}",
                "{\"id\":1,\"id\":2}",
                "{\"id\":1.5}",
                "{\"x\":\"\\ud800\"}",
                "{\"x\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}"
            })
    void payloadsThatNoDeviceTakes(String payload) {
        assertThatThrownBy(() -> new ServerMessage.Mcp("S", payload))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertJson(ServerMessage message, String expected) {
        assertThat(message.json()).isEqualTo(expected.replace('\'', '"'));
        assertThat(ServerMessage.fromBackend(message.json()))
                .isNotInstanceOf(BackendMessage.Unsafe.class);
    }

    private static String text(Random random) {
        var out = new StringBuilder();
        for (int n = random.nextInt(60); n > 0; n--) {
            switch (random.nextInt(6)) {
                case 0 -> out.append("\"\\/\b\u007f\u0085");
                case 1 -> out.append((char) random.nextInt(0x20));
                case 2 -> out.append((char) (0xd800 + random.nextInt(0x800)));
                case 3 -> out.appendCodePoint(0x1F600 + random.nextInt(0x40));
                case 4 -> out.append((char) random.nextInt(0x10000));
                default -> out.append("你好 null {\"type\":");
            }
        }
        return out.toString();
    }
}
