package io.slipway.protocol.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.socket.DeviceMessage.Abort;
import io.slipway.protocol.socket.DeviceMessage.Goodbye;
import io.slipway.protocol.socket.DeviceMessage.Hello;
import io.slipway.protocol.socket.DeviceMessage.Iot;
import io.slipway.protocol.socket.DeviceMessage.Listen;
import io.slipway.protocol.socket.DeviceMessage.Malformed;
import io.slipway.protocol.socket.DeviceMessage.Mcp;
import io.slipway.protocol.socket.DeviceMessage.Unknown;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceMessageTest {

    @Test
    void helloOfTodaysFirmware() {
        String text =
                """
                {"type":"hello","version":2,"features":{"mcp":true,"glyph_push":true},"text_font":\
                {"bundle":"noto-v1","charset":"basic","size":20,"bpp":4},"transport":"websocket",\
                "audio_params":{"format":"opus","sample_rate":16000,"channels":1,"frame_duration":60}}\
                """;

        assertThat(DeviceMessage.read(text))
                .isEqualTo(new Hello(2, true, false, false, AudioParams.UPLINK, text));
    }

    @Test
    void helloOfOthers() {
        String old = "{\"type\":\"hello\",\"version\":1,\"transport\":\"websocket\"}";
        String desktop =
                """
                {"type":"hello","version":1,"features":{"mcp":true,"aec":true,"notify":\
                {"config_updated":true}},"transport":"websocket","audio_params":{"format":"opus",\
                "sample_rate":16000,"channels":1,"frame_duration":20}}\
                """;

        assertThat(DeviceMessage.read(old))
                .isEqualTo(new Hello(1, false, false, false, AudioParams.UPLINK, old));
        assertThat(DeviceMessage.read(desktop))
                .isEqualTo(
                        new Hello(
                                1,
                                true,
                                true,
                                true,
                                new AudioParams("opus", 16_000, 1, 20),
                                desktop));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"audio_params\":null",
                "\"audio_params\":7",
                "\"audio_params\":{\"sample_rate\":\"16000\"}",
                "\"audio_params\":{\"sample_rate\":44100}",
                "\"audio_params\":{\"sample_rate\":16000.5}",
                "\"audio_params\":{\"format\":\"mp3\"}",
                "\"audio_params\":{\"format\":null}",
                "\"audio_params\":{\"channels\":9}",
                "\"audio_params\":{\"frame_duration\":33}",
                "\"audio_params\":{\"frame_duration\":99999999999999999999}",
                "\"version\":\"2\"",
                "\"version\":null",
                "\"version\":4",
                "\"version\":1e0",
                "\"features\":[]",
                "\"features\":{\"mcp\":1,\"aec\":\"true\",\"notify\":true}",
                "\"features\":{\"notify\":{\"config_updated\":1}}"
            })
    void oddHellosFallBack(String odd) {
        String text = "{\"type\":\"hello\"," + odd + "}";

        assertThat(DeviceMessage.read(text))
                .isEqualTo(new Hello(1, false, false, false, AudioParams.UPLINK, text));
    }

    @Test
    void clientsThatSendPcmSayPcm() {
        for (String format : new String[] {"pcm", "PCM"}) {
            var hello =
                    (Hello)
                            read(
                                    "{'type':'hello','audio_params':{'format':'"
                                            + format
                                            + "','sample_rate':44100,'frame_duration':20}}");
            assertThat(hello.audio()).isEqualTo(new AudioParams("pcm", 44_100, 1, 20));
        }
        var odd = (Hello) read("{'type':'hello','audio_params':{'format':'pcm','sample_rate':1}}");
        assertThat(odd.audio()).isEqualTo(new AudioParams("pcm", 16_000, 1, 60));
    }

    @Test
    void listening() {
        assertThat(read("{'session_id':'S','type':'listen','state':'start','mode':'auto'}"))
                .isEqualTo(new Listen(Listen.ListenState.START, "auto", ""));
        assertThat(read("{'session_id':'','type':'listen','state':'stop'}"))
                .isEqualTo(new Listen(Listen.ListenState.STOP, "", ""));
        assertThat(read("{'session_id':'S','type':'listen','state':'detect','text':'你好小智'}"))
                .isEqualTo(new Listen(Listen.ListenState.DETECT, "", "你好小智"));
        for (String other :
                new String[] {"{'type':'listen','state':'pause'}", "{'type':'listen'}"}) {
            assertThat(read(other)).isEqualTo(new DeviceMessage.Unknown("listen"));
        }
    }

    @Test
    void typing() {
        assertThat(read("{'type':'listen','state':'text','text':'你好'}"))
                .isEqualTo(new DeviceMessage.Typed("你好"));
        assertThat(read("{'type':'text','text':'hi'}")).isEqualTo(new DeviceMessage.Typed("hi"));
        assertThat(read("{'type':'text'}")).isEqualTo(new DeviceMessage.Unknown("text"));
    }

    @Test
    void wakeWordsThatAreNoJson() {
        String start = "{\"session_id\":\"S\",\"type\":\"listen\",\"state\":\"detect\",\"text\":\"";

        assertThat(DeviceMessage.read(start + "say \"hi\"\"}"))
                .isEqualTo(new Listen(Listen.ListenState.DETECT, "", "say \"hi\""));
        assertThat(DeviceMessage.read(start + "C:\\x\"} \n"))
                .isEqualTo(new Listen(Listen.ListenState.DETECT, "", "C:\\x"));
        assertThat(DeviceMessage.read(start + "\\\"}"))
                .isEqualTo(new Listen(Listen.ListenState.DETECT, "", "\\"));
        assertThat(DeviceMessage.read(start + "\"\"}"))
                .isEqualTo(new Listen(Listen.ListenState.DETECT, "", "\""));
        assertThat(DeviceMessage.read(start + "\u0001a\uD800b\"}"))
                .isEqualTo(new Listen(Listen.ListenState.DETECT, "", "a\uFFFDb"));
        assertThat(DeviceMessage.read(start + "cut off")).isInstanceOf(Malformed.class);
        assertThat(DeviceMessage.read(start)).isInstanceOf(Malformed.class);
        assertThat(DeviceMessage.read(start.replace("detect", "start") + "\"\"}"))
                .isInstanceOf(Malformed.class);
        assertThat(DeviceMessage.read(start + "\"".repeat(60_000) + "\"}"))
                .isEqualTo(
                        new Listen(
                                Listen.ListenState.DETECT,
                                "",
                                "\"".repeat(DeviceMessage.MAX_HEARD)));
    }

    @Test
    void abortAndTheRest() {
        assertThat(read("{'session_id':'S','type':'abort'}")).isEqualTo(new Abort(""));
        assertThat(read("{'session_id':'S','type':'abort','reason':'wake_word_detected'}"))
                .isEqualTo(new Abort("wake_word_detected"));
        assertThat(read("{'type':'iot','update':true,'descriptors':[]}")).isEqualTo(new Iot());
        assertThat(read("{'session_id':'S','type':'goodbye'}")).isEqualTo(new Goodbye());
        assertThat(read("{'type':'ping'}")).isEqualTo(new Unknown("ping"));
        assertThat(read("{'type':'LISTEN','state':'start'}")).isEqualTo(new Unknown("LISTEN"));
        assertThat(read("{'type':'" + "x".repeat(500) + "'}"))
                .isEqualTo(new Unknown("x".repeat(DeviceMessage.MAX_WORD)));
    }

    @Test
    void mcp() {
        String reply = "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"tools\":[]}}";
        assertThat(DeviceMessage.read("{\"type\":\"mcp\",\"payload\": " + reply + " }"))
                .isEqualTo(new Mcp(reply, 3L, null));
        assertThat(read("{'type':'mcp','payload':{'method':'notifications/x'}}"))
                .isEqualTo(new Mcp("{\"method\":\"notifications/x\"}", null, "notifications/x"));
        assertThat(read("{'type':'mcp','payload':{'id':'3'}}"))
                .isEqualTo(new Mcp("{\"id\":\"3\"}", null, null));
        assertThat(read("{'type':'mcp','payload':[]}")).isEqualTo(new DeviceMessage.Unknown("mcp"));
        assertThat(read("{'type':'mcp'}")).isEqualTo(new DeviceMessage.Unknown("mcp"));
    }

    @Test
    void mcpErrorsAreNotEscapedByFirmware() {
        String text =
                "{\"session_id\":\"S\",\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":12,"
                        + "\"error\":{\"message\":\"Unknown tool: a\"b\\\"}}}";

        var read = (Mcp) DeviceMessage.read(text);

        assertThat(read.id()).isEqualTo(12);
        assertThat(io.slipway.protocol.socket.McpMessages.reply(read.payload()))
                .contains(
                        new io.slipway.protocol.socket.McpMessages.McpReply(
                                12, null, "Unknown tool: a\"b\\"));
    }

    @Test
    void namesAsCJsonReadsThem() {
        assertThat(read("{'Type':'listen','STATE':'stop'}"))
                .isEqualTo(new Listen(Listen.ListenState.STOP, "", ""));
        assertThat(read("{'type':'abort','type':'listen','state':'stop'}"))
                .isEqualTo(new Abort(""));
        // U+017F is an s for Java, not for firmware.
        assertThat(read("{'type':'listen','\u017Ftate':'stop'}"))
                .isEqualTo(new DeviceMessage.Unknown("listen"));
        assertThat(read("{'type':'abort'} and so on")).isEqualTo(new Abort(""));
    }

    @Test
    void objectsWithoutATypeMeanNothingHere() {
        for (String text : new String[] {"{}", "{'type':null}", "{'type':1}", "{'type':{}}"}) {
            assertThat(read(text)).isEqualTo(new DeviceMessage.Unknown(""));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "7",
                "\"hello\"",
                "{",
                "{\"type\"}",
                "{\"type\":",
                "{\"type\":\"hello\"",
                "{\"type\":\"hello\",\"version\":}",
                "\u0000"
            })
    void malformed(String text) {
        assertThat(DeviceMessage.read(text)).isInstanceOf(Malformed.class);
    }

    @Test
    void tooLongOrTooDeep() {
        assertThat(DeviceMessage.read("{\"type\":\"abort\"}" + " ".repeat(DeviceMessage.MAX_TEXT)))
                .isInstanceOf(Malformed.class);
        assertThat(DeviceMessage.read("[".repeat(60_000))).isInstanceOf(Malformed.class);
        assertThat(DeviceMessage.read("{\"type\":\"abort\",\"x\":" + "[".repeat(60_000)))
                .isInstanceOf(Malformed.class);
        assertThat(DeviceMessage.read("{\"a\":".repeat(10_000))).isInstanceOf(Malformed.class);
    }

    private static DeviceMessage read(String text) {
        return DeviceMessage.read(text.replace('\'', '"'));
    }
}
