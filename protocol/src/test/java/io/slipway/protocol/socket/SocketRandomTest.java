package io.slipway.protocol.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.socket.ServerMessage.BackendMessage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mutated and made-up messages: nothing throws, and nothing that passes makes a device panic. */
class SocketRandomTest {

    private static final long SEED = Long.getLong("slipway.seed", 20260806L);
    private static final int CASES = Integer.getInteger("slipway.cases", 30_000);

    private static final List<String> MESSAGES =
            List.of(
                    "{'type':'hello','version':1,'features':{'mcp':true,'notify':{'config_updated'"
                            + ":true}},'transport':'websocket','audio_params':{'format':'opus',"
                            + "'sample_rate':16000,'channels':1,'frame_duration':60}}",
                    "{'session_id':'S','type':'listen','state':'detect','text':'你好\\n小智'}",
                    "{'session_id':'S','type':'listen','state':'start','mode':'auto'}",
                    "{'session_id':'S','type':'abort','reason':'wake_word_detected'}",
                    "{'type':'tts','session_id':'S','state':'start'}",
                    "{'type':'tts','session_id':'S','state':'sentence_start','text':'x'}",
                    "{'type':'stt','session_id':'S','text':'\\ud83d\\ude0a'}",
                    "{'type':'llm','session_id':'S','emotion':'happy','text':'x'}",
                    "{'type':'alert','status':'a','message':'b','emotion':'c'}",
                    "{'type':'system','session_id':'S','command':'reboot'}",
                    "{'type':'iot','commands':[{'name':'a','method':'b','parameters':{'x':1}}]}",
                    "{'type':'mcp','payload':{'jsonrpc':'2.0','id':7,'method':'tools/call','params'"
                            + ":{'name':'self.reboot','arguments':{'volume':50}}}}",
                    "{'type':'mcp','payload':{'jsonrpc':'2.0','id':7,'result':{'tools':[{'name':"
                            + "'x','inputSchema':{}}],'nextCursor':'y'}}}",
                    "{'session_id':'S','type':'mcp','payload':{'jsonrpc':'2.0','id':7,'error':"
                            + "{'message':'x'}}}");

    /** Fragments that find more than random characters do. */
    private static final List<String> NASTY =
            List.of(
                    "null",
                    "true",
                    "7",
                    "-1e999",
                    "9".repeat(70),
                    "''",
                    "'x'",
                    "{}",
                    "[]",
                    "[[[[[[[[[[",
                    "{'a':",
                    "'type':'tts',",
                    "'Type':null,",
                    "'type\\u0000':'alert',",
                    "'state':7,",
                    "'STATE':'sentence_start',",
                    "'\u017Ftate':'x',",
                    "'payload':{},",
                    "'payload':'{}',",
                    "'params':{'Name':'self.reboot'},",
                    "'name':7,",
                    "'NAME':'x',",
                    "'method':'tools/call',",
                    "'stackSize':1,",
                    "'id':1.5,",
                    "'id':4294967296,",
                    "\\u0000",
                    "\\ud800",
                    "\\udc00",
                    "\\",
                    "\"",
                    "'",
                    ",",
                    "}",
                    "\u0000",
                    "\u0001",
                    "\uD800",
                    "\uFEFF",
                    "tts",
                    "sentence_start",
                    "hello",
                    "mcp");

    @Test
    void everyTruncation() {
        for (String message : MESSAGES) {
            String text = json(message);
            for (int length = 0; length <= text.length(); length++) {
                check(text.substring(0, length), "cut at " + length);
            }
        }
    }

    @Test
    void randomMutations() {
        var random = new Random(SEED);
        int passed = 0;
        for (int i = 0; i < CASES; i++) {
            String text = json(MESSAGES.get(random.nextInt(MESSAGES.size())));
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                text = mutate(random, text);
            }
            passed += check(text, "slipway.seed=" + SEED + ", case " + i) ? 1 : 0;
        }
        // Otherwise the check would prove nothing.
        assertThat(passed).isGreaterThan(CASES / 20);
    }

    static boolean check(String text, String where) {
        try {
            sound(DeviceMessage.read(text));
            BackendMessage heard = ServerMessage.fromBackend(text);
            McpMessages.reply(text);
            McpMessages.Tools.read(text);
            switch (heard) {
                case BackendMessage.Unsafe unsafe -> {
                    return false;
                }
                case BackendMessage.Safe safe ->
                        assertThat(SafeText.clean(Firmware.take(text), DeviceMessage.MAX_WORD))
                                .isEqualTo(safe.type());
                case BackendMessage.UnusableHello hello -> plain(hello.value(), 40);
                // No device gets it.
                case BackendMessage.BackendHello hello -> plain(hello.sessionId(), 128);
                case BackendMessage.BackendReboot reboot ->
                        assertThat(Firmware.take(text)).isEqualTo("system");
                case BackendMessage.BackendMcp mcp -> {
                    String tool = mcp.tool().isEmpty() ? "" : " " + mcp.tool();
                    assertThat(Firmware.take(text)).isEqualTo("mcp" + tool);
                }
            }
            return true;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(where + ": " + e + "\n" + SafeText.quote(text), e);
        }
    }

    private static void sound(DeviceMessage message) {
        switch (message) {
            case DeviceMessage.Hello hello -> assertThat(hello.version()).isBetween(1, 3);
            case DeviceMessage.Listen listen -> {
                plain(listen.mode(), DeviceMessage.MAX_WORD);
                plain(listen.text(), DeviceMessage.MAX_HEARD);
            }
            case DeviceMessage.Typed typed -> plain(typed.text(), DeviceMessage.MAX_HEARD);
            case DeviceMessage.Abort abort -> plain(abort.reason(), DeviceMessage.MAX_WORD);
            case DeviceMessage.Mcp mcp -> {
                assertThat(mcp.payload()).startsWith("{").endsWith("}");
                McpMessages.reply(mcp.payload());
            }
            case DeviceMessage.Unknown unknown -> plain(unknown.type(), DeviceMessage.MAX_WORD);
            case DeviceMessage.Iot iot -> {}
            case DeviceMessage.Goodbye goodbye -> {}
            case DeviceMessage.Malformed malformed -> plain(malformed.why(), 100);
        }
    }

    private static void plain(String text, int max) {
        assertThat(text).hasSizeLessThanOrEqualTo(max);
        assertThat(text.codePoints())
                .noneMatch(c -> c != '\n' && Character.isISOControl(c))
                .noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    }

    // Mostly at the beginning of a value or a name: elsewhere little of it stays JSON.
    private static String mutate(Random random, String text) {
        int at = random.nextInt(text.length() + 1);
        if (random.nextInt(4) > 0) {
            char mark = "{,:\"".charAt(random.nextInt(4));
            int marked = text.indexOf(mark, at);
            at = marked < 0 ? at : marked + (mark == '"' ? 0 : 1);
        }
        int until = Math.min(text.length(), at + (random.nextBoolean() ? 0 : random.nextInt(8)));
        String middle =
                switch (random.nextInt(6)) {
                    case 0 -> "";
                    case 1 -> String.valueOf((char) random.nextInt(0x80));
                    case 2 -> text.substring(0, random.nextInt(text.length() + 1));
                    default -> json(NASTY.get(random.nextInt(NASTY.size())));
                };
        return text.substring(0, at) + middle + text.substring(until);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
