package io.slipway.protocol.ota;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.protocol.Json;
import io.slipway.protocol.Resources;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTest {

    private static final ReplyDraft.ServerTime TIME =
            new ReplyDraft.ServerTime(1752119934489L, 480, "Asia/Shanghai");
    private static final ReplyDraft.FirmwareSection CURRENT =
            new ReplyDraft.FirmwareSection("2.4.2", "2.4.2", "", false);
    private static final ReplyDraft.WebsocketSection SOCKET =
            new ReplyDraft.WebsocketSection("wss://voice.example.com/v1/ws/", "dG9rZW4.c2ln", 1);
    private static final ReplyDraft.ActivationSection WAITING =
            new ReplyDraft.ActivationSection(
                    "043150", "https://console.example.com\n043150", "5e1f8a90c2d34b67", 30000);

    private static ReplyDraft answer(
            ReplyDraft.@Nullable FirmwareSection firmware,
            ReplyDraft.@Nullable Transport transport,
            ReplyDraft.@Nullable ActivationSection activation) {
        return new ReplyDraft(TIME, firmware, transport, activation);
    }

    private static String body(ReplyDraft answer) {
        return new String(Reply.checkIn(answer).body(), UTF_8);
    }

    private static byte[] golden(String name) {
        return Resources.read("golden/" + name);
    }

    @Test
    void goldenBound() {
        Reply reply = Reply.checkIn(answer(CURRENT, SOCKET, null));
        assertThat(reply.body()).asString(UTF_8).isEqualTo(new String(golden("bound.json"), UTF_8));
        assertThat(reply.leftOut()).isEmpty();
    }

    @Test
    void goldenUnbound() {
        Reply reply = Reply.checkIn(answer(CURRENT, SOCKET, WAITING));
        assertThat(reply.body())
                .asString(UTF_8)
                .isEqualTo(new String(golden("unbound.json"), UTF_8));
        assertThat(reply.leftOut()).isEmpty();
    }

    @Test
    void goldenOfferOverMqtt() {
        var offer =
                new ReplyDraft.FirmwareSection(
                        "2.4.2", "2.4.10", "https://fw.example.com/v1/firmware/7.bin?s=ab", true);
        var mqtt =
                new ReplyDraft.MqttSection(
                        "mqtt.example.com:8883",
                        "GID_slipway@@@d4_06_06_b6_a9_fa",
                        "user",
                        "secret",
                        240,
                        "device-server",
                        "null");
        Reply reply = Reply.checkIn(answer(offer, mqtt, null));
        assertThat(reply.body())
                .asString(UTF_8)
                .isEqualTo(new String(golden("offer-mqtt.json"), UTF_8));
    }

    @Test
    void goldenActivate() {
        assertThat(Reply.activated().status()).isEqualTo(200);
        assertThat(new String(Reply.activated().body(), UTF_8))
                .isEqualTo("{\"message\":\"activated\"}");
        assertThat(Reply.pending().status()).isEqualTo(202);
        assertThat(new String(Reply.pending().body(), UTF_8))
                .isEqualTo("{\"message\":\"pending\"}");
    }

    /** The longest values that pass every single check still fit into one reply. */
    @Test
    void everythingAtItsLongest() {
        var firmware =
                new ReplyDraft.FirmwareSection(
                        "1." + "0".repeat(62),
                        "2." + "0".repeat(62),
                        "https://h/" + "a".repeat(690),
                        true);
        String value = "v".repeat(512);
        var mqtt =
                new ReplyDraft.MqttSection(
                        "h".repeat(253) + ":65535",
                        value,
                        value,
                        value,
                        65535,
                        "t".repeat(255),
                        "t".repeat(255));
        for (String message : List.of("m".repeat(256), "\n".repeat(256), "\n".repeat(128))) {
            var activation =
                    new ReplyDraft.ActivationSection(
                            "012345678901", message, "c".repeat(128), Integer.MAX_VALUE);
            var time = new ReplyDraft.ServerTime(Long.MAX_VALUE, -1080, "z".repeat(64));
            Reply reply = Reply.checkIn(new ReplyDraft(time, firmware, mqtt, activation));
            assertThat(reply.body()).hasSizeLessThanOrEqualTo(Reply.MAX_BODY);
            assertThat(DeviceRules.broken(reply.body(), firmware.running())).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2.5.0", "2..5", "2.4.99999999999", "", "abc", "2.4.2\n"})
    void aDeviceWithAnUnreadableVersionGetsNoFirmware(String running) {
        var firmware = new ReplyDraft.FirmwareSection(running, "2.5.0", "https://h/1.bin", true);
        Reply reply = Reply.checkIn(answer(firmware, SOCKET, null));
        assertThat(new String(reply.body(), UTF_8)).doesNotContain("\"firmware\"");
        assertThat(reply.leftOut()).singleElement().asString().contains("R1");
    }

    /** Firmware before 1.6.0 treats a reply without the section as an error. */
    @ParameterizedTest
    @ValueSource(strings = {"v2.5.0", "2..5", "2.4.99999999999", ""})
    void anOfferThatItCantReadBecomesItsOwnVersion(String offered) {
        var firmware = new ReplyDraft.FirmwareSection("1.5.9", offered, "https://h/1.bin", true);
        Reply reply = Reply.checkIn(answer(firmware, SOCKET, null));
        assertThat(new String(reply.body(), UTF_8))
                .contains("\"firmware\":{\"version\":\"1.5.9\",\"url\":\"\"}");
        assertThat(reply.leftOut()).singleElement().asString().contains("R1");
    }

    @Test
    void anOfferFromAUrlThatItCantOpenBecomesItsOwnVersion() {
        var firmware = new ReplyDraft.FirmwareSection("2.4.2", "2.5.0", "https://h/a:b", true);
        Reply reply = Reply.checkIn(answer(firmware, SOCKET, null));
        assertThat(new String(reply.body(), UTF_8))
                .contains("\"firmware\":{\"version\":\"2.4.2\",\"url\":\"\"}");
        assertThat(reply.leftOut()).singleElement().asString().contains("R4");
    }

    @Test
    void aMessageThatIsDroppedKeepsTheCode() throws IOException {
        var activation = new ReplyDraft.ActivationSection("043150", "激活\u0000", "c-1", 30000);
        Object section =
                Json.object(Json.parse(body(answer(null, null, activation)).getBytes(UTF_8)))
                        .get("activation");
        assertThat(Json.object(section))
                .containsEntry("message", "Slipway\n043150")
                .containsEntry("code", "043150");
    }

    @Test
    void aMessageWithoutTheCodeGetsIt() {
        var activation =
                new ReplyDraft.ActivationSection("043150", "go to the console", "c-1", 30000);
        assertThat(body(answer(null, null, activation)))
                .contains("\"message\":\"go to the console\\n043150\"");
    }

    @Test
    void noCodeMeansNoCode() {
        var activation = new ReplyDraft.ActivationSection(null, "please wait", "c-1", 30000);
        assertThat(body(answer(null, null, activation)))
                .contains("\"activation\":{\"message\":\"please wait\",\"challenge\":\"c-1\"")
                .doesNotContain("\"code\"");
    }

    @Test
    void aMissingChallengeWouldStopThePolls() {
        var activation = new ReplyDraft.ActivationSection("043150", "043150", "", 30000);
        assertThat(body(answer(null, null, activation))).contains("\"challenge\":\"none\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1081, 1081, Integer.MAX_VALUE})
    void aWildOffsetWouldPutTheClockOffByWeeks(int minutes) {
        var time = new ReplyDraft.ServerTime(1752119934489L, minutes, "Asia/Shanghai");
        Reply reply = Reply.checkIn(new ReplyDraft(time, CURRENT, SOCKET, null));
        assertThat(new String(reply.body(), UTF_8)).doesNotContain("server_time");
        assertThat(reply.leftOut()).singleElement().asString().contains("server_time");
    }

    @Test
    void whatIsLeftOutIsNamedWithoutItsValue() {
        var socket = new ReplyDraft.WebsocketSection("wss://h/", "secret token", 1);
        Reply reply = Reply.checkIn(answer(null, socket, null));
        assertThat(new String(reply.body(), UTF_8)).doesNotContain("websocket");
        assertThat(reply.leftOut()).singleElement().asString().doesNotContain("secret");
    }

    @Test
    void errorsAreShortJson() throws IOException {
        Reply reply = Reply.error(400, "Invalid \"OTA\"\u0000 request\uD800", "é".repeat(5000));
        assertThat(reply.body()).hasSizeLessThan(2048);
        assertThat(Json.object(Json.parse(reply.body())))
                .containsEntry("error", "Invalid \"OTA\" request")
                .containsEntry("detail", "é".repeat(200));
        assertThat(new String(Reply.error(500, "x", null).body(), UTF_8))
                .isEqualTo("{\"error\":\"x\"}");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 201, 204, 301, 302, 307, 308, 429, 0, -1})
    void statusesThatNoDeviceUnderstands(int status) {
        assertThatThrownBy(() -> Reply.error(status, "x", null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBodyIsNeverEmptyNorTooLong() {
        assertThatThrownBy(() -> Reply.text("")).isInstanceOf(IllegalArgumentException.class);
        assertThat(Reply.text("x".repeat(4095)).body()).hasSize(4095);
        assertThatThrownBy(() -> Reply.text("x".repeat(4096)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
