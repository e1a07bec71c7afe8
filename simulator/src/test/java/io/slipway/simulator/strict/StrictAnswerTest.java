package io.slipway.simulator.strict;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.protocol.ota.Reply;
import io.slipway.protocol.ota.ReplyDraft;
import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Variant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictAnswerTest {

    private static final long NOW = 1752119934489L;
    private static final DeviceProfile DEVICE = DeviceProfile.of(Variant.WIFI, 1, 0);

    private static OtaAnswer read(String body) {
        return StrictAnswer.read(body.getBytes(UTF_8), DEVICE, NOW);
    }

    private static String rule(String body, DeviceProfile device) {
        return catchThrowableOfType(
                        RuleBroken.class,
                        () -> StrictAnswer.read(body.getBytes(UTF_8), device, NOW))
                .rule();
    }

    private static final String FLAWLESS =
            "{'server_time':{'timestamp':1752119934489,'timezone_offset':480,'timeZone':'Asia/Shanghai'},"
                    + "'firmware':{'version':'2.4.2','url':''},"
                    + "'websocket':{'url':'wss://h:443/v1/ws/','token':'t.o-k','version':1},"
                    + "'activation':{'code':'043150','message':'go to https://h\\n043150','challenge':'c-1','timeout_ms':30000}}";

    @Test
    void flawless() {
        OtaAnswer answer = read(FLAWLESS.replace('\'', '"'));
        assertThat(answer.code()).isEqualTo("043150");
        assertThat(answer.message()).isEqualTo("go to https://h\n043150");
        assertThat(answer.challenge()).isEqualTo("c-1");
        assertThat(answer.websocket())
                .containsEntry("url", "wss://h:443/v1/ws/")
                .containsEntry("token", "t.o-k")
                .containsEntry("version", "1");
        assertThat(answer.mqtt()).isEmpty();
        assertThat(answer.upgrade()).isFalse();
        assertThat(answer.needsActivation()).isTrue();
        assertThat(read("{}").needsActivation()).isFalse();
    }

    /** Changes to the flawless reply, and the rule that each breaks. */
    static Stream<Arguments> broken() {
        return Stream.of(
                of("R1", "'version':'2.4.2'", "'version':'v2.5.0'"),
                of("R1", "'version':'2.4.2'", "'version':'2..5'"),
                of("R1", "'version':'2.4.2'", "'version':'2.4.99999999999'"),
                of("R1", "'version':'2.4.2'", "'version':'.3'"),
                of("R2", "'token':'t.o-k'", "'token':'t','keepalive_interval':240"),
                of("R2", "'token':'t.o-k'", "'token':'t','':'x'"),
                of("R2", "'token':'t.o-k'", "'token':'" + "t".repeat(1024) + "'"),
                of("R4", "wss://h:443/v1/ws/", "wss://h:443/v1/ws/?at=12:30"),
                of("R4", "wss://h:443/v1/ws/", "wss://h:443:1/"),
                of("R4", "wss://h:443/v1/ws/", "wss://[::1]:443/"),
                of("R4", "wss://h:443/v1/ws/", "wss://user:pw@h/"),
                of("R4", "wss://h:443/v1/ws/", "wss://h:/"),
                of("R4", "wss://h:443/v1/ws/", "https://h/"),
                of("R4", "wss://h:443/v1/ws/", ""),
                of("R4", "'url':'wss://h:443/v1/ws/',", ""),
                of("R4", "'2.4.2','url':''", "'2.4.3','url':'https://h/a:b'"),
                of("R5", "{'server_time'", "'server_time'"),
                of("R5", "30000}}", "30000}} x"),
                of("R5", "30000}}", "30000}"),
                of("R5", "go to", "go\tto"),
                of("R6", "'challenge':'c-1'", "'challenge':null"),
                of("R6", "'url':''}", "'url':'','extra':{'deep':[1,null]}}"),
                of("R7", "'code':'043150'", "'code':43150"),
                of("R7", "'message':'go to https://h\\n043150'", "'message':43150"),
                of("R7", "'challenge':'c-1'", "'challenge':1"),
                of("R7", "'timeout_ms':30000", "'timeout_ms':'30000'"),
                of("R7", "'timestamp':1752119934489", "'timestamp':'1752119934489'"),
                of("R7", "'timezone_offset':480", "'timezone_offset':'480'"),
                of("R7", "'version':1}", "'version':'1'}"),
                of("R7", "'version':'2.4.2'", "'version':2.4"),
                of("R7", "'url':''}", "'url':'','force':true}"),
                of("R7", "'firmware':{'version':'2.4.2','url':''}", "'firmware':[]"),
                of("R7", "'activation':{", "'activation':true,'x':{"),
                of("R8", "\\n043150", ""),
                of("R10", "'url':''}", "'url':'https://h/1.bin','force':1}"),
                of("R11", "'websocket':{", "'mqtt':{'endpoint':'h'},'websocket':{"),
                of("R11", "'websocket':{'url'", "'mqtt':{},'x':{'url'"),
                of("§2.2", ",'challenge':'c-1'", ""),
                of("§2.2", "'challenge':'c-1'", "'challenge':''"),
                of("§2.4", "'token':'t.o-k',", ""),
                of("§2.4", "'token':'t.o-k'", "'token':''"),
                of("§2.4", "t.o-k", "t\\n"),
                of("§2.5", "1752119934489", "1752119934"),
                of("§2.5", "'timezone_offset':480", "'timezone_offset':28800"),
                of("§2.6", "'version':'2.4.2'", "'version':'2.4.10'"),
                of("§2.6", ",'url':''}", "}"),
                of("§4", "'code':'043150'", "'code':'04315'"),
                of("§4", "'code':'043150'", "'code':'O43150'"));
    }

    private static Arguments of(String rule, String from, String to) {
        return Arguments.of(rule, from, to);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void eachRuleIsNamed(String rule, String from, String to) {
        assertThat(FLAWLESS).contains(from);
        assertThat(rule(FLAWLESS.replace(from, to).replace('\'', '"'), DEVICE)).isEqualTo(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mqtt://h:1883", "h:1:2", "h:", ":1883", "[::1]:1883", "h:x", "h:0", ""})
    void endpoints(String endpoint) {
        assertThat(rule("{\"mqtt\":{\"endpoint\":\"" + endpoint + "\"}}", DEVICE)).isEqualTo("R3");
    }

    @Test
    void mqtt() {
        OtaAnswer answer =
                read("{\"mqtt\":{\"endpoint\":\"h:8883\",\"keepalive\":240,\"x\":true}}");
        assertThat(answer.mqtt()).containsOnlyKeys("endpoint", "keepalive");
        String quote = "{\"mqtt\":{\"endpoint\":\"h\",\"password\":\"a\\\"b\"}}";
        assertThat(rule(quote, DEVICE)).isEqualTo("§2.3");
        String text = "{\"mqtt\":{\"endpoint\":\"h\",\"keepalive\":\"240\"}}";
        assertThat(rule(text, DEVICE)).isEqualTo("R7");
    }

    @Test
    void theDevicesOwnVersionCountsToo() {
        DeviceProfile odd = DEVICE.withVersion("v2.4.2-3-gabc");
        assertThat(rule("{\"firmware\":{\"version\":\"2.5.0\",\"url\":\"\"}}", odd))
                .isEqualTo("R1");
        assertThat(StrictAnswer.read("{}".getBytes(UTF_8), odd, NOW).version()).isNull();
    }

    @Test
    void oldFirmwareNeedsTheSection() {
        assertThat(rule("{}", DeviceProfile.of(Variant.V1_0, 1, 0))).isEqualTo("§2.1");
        assertThat(rule("{}", DeviceProfile.of(Variant.V1_5, 1, 0))).isEqualTo("§2.1");
        assertThat(read("{}").version()).isNull();
    }

    @Test
    void upgrades() {
        String newer = "{\"firmware\":{\"version\":\"2.4.10\",\"url\":\"https://h/1.bin\"}}";
        assertThat(read(newer).upgrade()).isTrue();
        assertThat(read(newer).url()).isEqualTo("https://h/1.bin");
        String older = "{\"firmware\":{\"version\":\"2.4.1\",\"url\":\"https://h/1.bin\"}}";
        assertThat(read(older).upgrade()).isFalse();
        assertThat(read(older.replace("\"}}", "\",\"force\":1}}")).upgrade()).isTrue();
    }

    @Test
    void notUtf8() {
        assertThatThrownBy(() ->
                        StrictAnswer.read("{\"x\":\"\u00c4\"}".getBytes(ISO_8859_1), DEVICE, NOW))
                .isInstanceOf(RuleBroken.class)
                .hasMessage("R5: not UTF-8");
    }

    /** Both sides of the protocol, written independently, agree. */
    @Test
    void whatTheServerSideWritesIsFlawless() {
        var answer =
                new ReplyDraft(
                        new ReplyDraft.ServerTime(NOW, 480, "Asia/Shanghai"),
                        new ReplyDraft.FirmwareSection(
                                "2.4.2", "2.4.3", "https://h/v1/1.bin?s=x", false),
                        new ReplyDraft.WebsocketSection("wss://h/v1/ws/", "token", 1),
                        new ReplyDraft.ActivationSection("043150", "console", "c-1", 30000));
        OtaAnswer read = StrictAnswer.read(Reply.checkIn(answer).body(), DEVICE, NOW);
        assertThat(read.upgrade()).isTrue();
        assertThat(read.code()).isEqualTo("043150");
    }
}
