package io.slipway.protocol.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.socket.ServerMessage.BackendMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of another server's messages reach a device. */
class BackendReaderTest {

    @Test
    void whatBackendsSay() {
        assertThat(
                        fromBackend(
                                "{'type':'tts','state':'start','sample_rate':24000,'session_id':'S'}"))
                .isEqualTo(new BackendMessage.Safe("tts", "", "start"));
        assertThat(fromBackend("{'type':'tts','state':'sentence_start','text':'你好'}"))
                .isEqualTo(new BackendMessage.Safe("tts", "你好", "sentence_start"));
        assertThat(fromBackend("{'type':'tts','state':'sentence_end','text':'你好'}"))
                .isEqualTo(new BackendMessage.Safe("tts", "", "sentence_end"));
        assertThat(fromBackend("{'type':'tts','state':'stop','text':null}"))
                .isEqualTo(new BackendMessage.Safe("tts", "", "stop"));
        assertThat(fromBackend("{'type':'stt','text':'a\\nb\\u0007'}"))
                .isEqualTo(new BackendMessage.Safe("stt", "a\nb", ""));
        assertThat(fromBackend("{'type':'llm','text':'😊','emotion':'happy'}"))
                .isEqualTo(new BackendMessage.Safe("llm", "", ""));
        assertThat(fromBackend("{'type':'alert','status':'a','message':'b','emotion':'c'}"))
                .isEqualTo(new BackendMessage.Safe("alert", "", ""));
        assertThat(fromBackend("{'type':'system','command':'reboot'}"))
                .isEqualTo(new BackendMessage.BackendReboot());
        assertThat(fromBackend("{'type':'system','command':'other'}"))
                .isEqualTo(new BackendMessage.Safe("system", "", ""));
        assertThat(
                        fromBackend(
                                "{'type':'iot','commands':[{'name':'Lamp','method':'TurnOn',"
                                        + "'parameters':{}}]}"))
                .isEqualTo(new BackendMessage.Safe("iot", "", ""));
        assertThat(fromBackend("{'type':'goodbye'}"))
                .isEqualTo(new BackendMessage.Safe("goodbye", "", ""));
        assertThat(fromBackend("{'type':'custom','payload':7,'x':null}"))
                .isEqualTo(new BackendMessage.Safe("custom", "", ""));
    }

    @Test
    void onlyGlyphsMakeATextLong() {
        String glyphs = "{'bitmap':'" + "A".repeat(90_000) + "'}";
        assertThat(fromBackend("{'type':'stt','text':'x','glyph_push':" + glyphs + "}"))
                .isEqualTo(new BackendMessage.Safe("stt", "x", ""));
        for (String tooLong :
                List.of(
                        "{'type':'llm','emotion':'happy','glyph_push':" + glyphs + "}",
                        "{'type':'custom','glyph_push':" + glyphs + "}",
                        "{'type':'stt','text':'" + "{}".repeat(40_000) + "','glyph_push':{}}",
                        "{'type':'stt','text':'x','glyph_push':{'bitmap':'"
                                + "A".repeat(100_000)
                                + "'}}")) {
            assertThat(fromBackend(tooLong)).isInstanceOf(BackendMessage.Unsafe.class);
        }
    }

    @Test
    void hellos() {
        assertThat(fromBackend("{'type':'hello','transport':'websocket','session_id':'S'}"))
                .isEqualTo(new BackendMessage.BackendHello(AudioParams.DOWNLINK, "S"));
        assertThat(
                        fromBackend(
                                "{'type':'hello','version':1,'transport':'websocket',"
                                        + "'audio_params':{'format':'opus','sample_rate':16000,"
                                        + "'channels':1,'frame_duration':20}}"))
                .isEqualTo(
                        new BackendMessage.BackendHello(
                                new AudioParams("opus", 16_000, 1, 20), ""));
    }

    /** The relay greets the device itself: what is understood need not be as devices need it. */
    @Test
    void hellosThatDevicesWouldRefuse() {
        for (String more :
                List.of(
                        "",
                        ",'transport':null",
                        ",'transport':'websocket','audio_params':null",
                        ",'audio_params':{'format':'OPUS','channels':7,'frame_duration':60.0}",
                        ",'audio_params':{'sample_rate':'24000','frame_duration':'60'}")) {
            assertThat(fromBackend("{'type':'hello','session_id':'S'" + more + "}"))
                    .isEqualTo(new BackendMessage.BackendHello(AudioParams.DOWNLINK, "S"));
        }
        assertThat(
                        fromBackend(
                                "{'type':'hello','audio_params':{'format':'pcm','sample_rate':44100}}"))
                .isEqualTo(
                        new BackendMessage.BackendHello(new AudioParams("pcm", 44_100, 1, 60), ""));
    }

    @Test
    void hellosOfNoUseSayWhatIsWrong() {
        assertThat(unusable("'transport':'udp'")).isEqualTo("transport: udp");
        assertThat(unusable("'audio_params':{'format':'mp3'}")).isEqualTo("format: mp3");
        assertThat(unusable("'audio_params':{'sample_rate':44100}"))
                .isEqualTo("sample_rate: 44100");
        assertThat(unusable("'audio_params':{'sample_rate':[1]}")).isEqualTo("sample_rate: [1]");
        assertThat(unusable("'audio_params':{'frame_duration':0}")).isEqualTo("frame_duration: 0");
        assertThat(unusable("'audio_params':{'frame_duration':62.5}"))
                .isEqualTo("frame_duration: 62.5");
        assertThat(unusable("'audio_params':{'frame_duration':60,'frame_duration':20}"))
                .isEqualTo("frame_duration: twice");
        assertThat(unusable("'transport':'" + "a\\n".repeat(100) + "'"))
                .isEqualTo("transport: " + "a ".repeat(20));
    }

    private static String unusable(String member) {
        var hello = (BackendMessage.UnusableHello) fromBackend("{'type':'hello'," + member + "}");
        return hello.text();
    }

    @Test
    void mcp() {
        String call =
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
                        + "\"params\":{\"name\":\"self.reboot\",\"arguments\":{}}}";
        assertThat(ServerMessage.fromBackend("{\"type\":\"mcp\",\"payload\":\t" + call + "\n}"))
                .isEqualTo(new BackendMessage.BackendMcp(call, 7L, "tools/call", "self.reboot"));
        assertThat(
                        fromBackend(
                                "{'type':'mcp','payload':{'id':1,'method':'initialize','params':{}}}"))
                .isEqualTo(
                        new BackendMessage.BackendMcp(
                                "{\"id\":1,\"method\":\"initialize\",\"params\":{}}",
                                1L,
                                "initialize",
                                ""));
        assertThat(fromBackend("{'type':'mcp','payload':{'id':'x','result':{}}}"))
                .isEqualTo(
                        new BackendMessage.BackendMcp(
                                "{\"id\":\"x\",\"result\":{}}", null, null, ""));
        assertThat(
                        fromBackend(
                                "{'type':'mcp','payload':{'method':'tools/call','params':{'name':7}}}"))
                .isEqualTo(
                        new BackendMessage.BackendMcp(
                                "{\"method\":\"tools/call\",\"params\":{\"name\":7}}",
                                null,
                                "tools/call",
                                ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "'tts'",
                "{}",
                "{'type':'tts','state':'start'} x",
                "{'type':'tts','state':'start'",
                "{'type':'tts','state':'start',}",
                "{'type':null}",
                "{'type':7}",
                "{'type':['tts']}",
                "{'typ':'tts'}",
                "{'type':'tts'}",
                "{'type':'tts','state':null}",
                "{'type':'tts','state':1}",
                "{'type':'tts','state':'sentence_start'}",
                "{'type':'tts','state':'sentence_start','text':null}",
                "{'type':'tts','state':'sentence_start','text':{}}",
                "{'type':'stt'}",
                "{'type':'stt','text':null}",
                "{'type':'llm','text':'x'}",
                "{'type':'llm','emotion':1}",
                "{'type':'llm','emotion':null}",
                "{'type':'alert','status':'a','message':'b'}",
                "{'type':'alert','status':'a','message':'b','emotion':null}",
                "{'type':'alert','status':'a','message':2,'emotion':'c'}",
                "{'type':'mcp'}",
                "{'type':'mcp','payload':null}",
                "{'type':'mcp','payload':'{}'}",
                "{'type':'mcp','payload':[]}",
                "{'type':'system'}",
                "{'type':'system','command':null}",
                "{'type':'system','command':1}",
                "{'type':'iot'}",
                "{'type':'iot','commands':{}}",
                "{'type':'iot','commands':[null]}",
                "{'type':'iot','commands':[{'name':'Lamp'}]}",
                "{'type':'iot','commands':[{'name':'Lamp','method':null}]}"
            })
    void whatPanicsSomeFirmware(String text) {
        assertThat(fromBackend(text)).isInstanceOf(BackendMessage.Unsafe.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // A device uses the first.
                "{'type':'stt','type':'tts','state':'start','text':'x'}",
                "{'Type':'tts','type':'stt','text':'x'}",
                "{'type':'tts','State':7,'state':'start'}",
                "{'type':'tts','State':'start'}",
                // Its names and strings end at U+0000.
                "{'type\\u0000':'tts','type':'stt','text':'x'}",
                "{'type':'tts\\u0000x'}",
                "{'type':'tts','state':'sentence_start\\u0000'}",
                // It rejects the whole text.
                "{'type':'stt','text':'\\ud800'}",
                "{'type':'stt','text':'\\ud800\\n\\udc00'}",
                "{'type':'stt','text':'\\udc00\\ud800'}",
                "{'type':'stt','text':'x','y':'\\uD83D'}",
                // It would answer with another id, or call another tool.
                "{'type':'mcp','payload':{'id':1.5,'method':'x'}}",
                "{'type':'mcp','payload':{'id':1e3,'method':'x'}}",
                "{'type':'mcp','payload':{'id':4294967297,'method':'x'}}",
                "{'type':'mcp','payload':{'id':1,'ID':2,'method':'x'}}",
                "{'type':'mcp','payload':{'id':1,'Method':'tools/call','method':'x'}}",
                "{'type':'mcp','payload':{'id':1,'method':'tools/call','Params':{}}}",
                "{'type':'mcp','payload':{'id':1,'method':'tools/call','params':{'Name':'a'}}}",
                "{'type':'mcp','payload':{'id':1,'method':'tools/call',"
                        + "'params':{'name':'a','name':'b'}}}",
                "{'type':'mcp','payload':{'id':1,'method':'tools/call',"
                        + "'params':{'name':'self.reboot\\u0000.x'}}}",
                "{'type':'mcp','payload':{'id':1,'method':'tools/call',"
                        + "'params':{'name':'a','stackSize':1}}}"
            })
    void whatADeviceReadsOtherwise(String text) {
        assertThat(fromBackend(text)).isInstanceOf(BackendMessage.Unsafe.class);
    }

    @Test
    void whatLooksLikeHalfPairsAndIsNone() {
        assertThat(fromBackend("{'type':'stt','text':'\\ud83d\\ude0a \\\\ud800 \\\\'}"))
                .isEqualTo(new BackendMessage.Safe("stt", "😊 \\ud800 \\", ""));
        // For Java U+017F is an s and U+212A a k; no device looks at this name.
        assertThat(fromBackend("{'type':'tts','state':'stop','\u017Ftate':7}"))
                .isEqualTo(new BackendMessage.Safe("tts", "", "stop"));
        assertThat(fromBackend("{'type':'tts','\u017Ftate':'stop'}"))
                .isInstanceOf(BackendMessage.Unsafe.class);
    }

    @Test
    void tooLongOrTooDeep() {
        String longest = "{'type':'x'}" + " ".repeat(ServerMessage.MAX_TEXT - 12);
        assertThat(fromBackend(longest)).isEqualTo(new BackendMessage.Safe("x", "", ""));
        assertThat(fromBackend(longest + " ")).isInstanceOf(BackendMessage.Unsafe.class);
        assertThat(fromBackend("{'type':'stt','text':'" + "你".repeat(30_000) + "'}"))
                .isInstanceOf(BackendMessage.Unsafe.class);
        assertThat(fromBackend("{'type':'x','y':" + "[".repeat(15) + "]".repeat(15) + "}"))
                .isEqualTo(new BackendMessage.Safe("x", "", ""));
        assertThat(fromBackend("{'type':'x','y':" + "[".repeat(16) + "]".repeat(16) + "}"))
                .isInstanceOf(BackendMessage.Unsafe.class);
        assertThat(fromBackend("[".repeat(60_000))).isInstanceOf(BackendMessage.Unsafe.class);
    }

    private static BackendMessage fromBackend(String text) {
        return ServerMessage.fromBackend(text.replace('\'', '"'));
    }
}
