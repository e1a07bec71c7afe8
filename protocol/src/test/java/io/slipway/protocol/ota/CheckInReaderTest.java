package io.slipway.protocol.ota;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.ClientId;
import io.slipway.protocol.Resources;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckInReaderTest {

    private static final String ELF =
            "c8a8ecb6d6fbcda682494d9675cd1ead240ecf38bdde75282a42365a0e396033";
    private static final List<Partition> SIXTEEN_MEGABYTES =
            List.of(
                    new Partition("nvs", 1, 2, 36864, 16384),
                    new Partition("otadata", 1, 0, 53248, 8192),
                    new Partition("phy_init", 1, 1, 61440, 4096),
                    new Partition("ota_0", 0, 16, 131072, 4128768),
                    new Partition("ota_1", 0, 17, 4259840, 4128768),
                    new Partition("assets", 1, 130, 8388608, 8388608));

    private static byte[] fixture(String name) {
        return Resources.read("fixtures/" + name + ".body");
    }

    /** The common facts of the 2.4.2 fixtures. */
    private static CheckIn today(boolean complete, String mac, String board) {
        return new CheckIn(
                complete,
                mac,
                new CheckIn.Application(
                        true, "xiaozhi", "2.4.2", "Aug  6 2026T12:34:56Z", "v6.0.1", ELF),
                "ota_0",
                new CheckIn.ReportedBoard(true, board, board),
                new CheckIn.Hardware("esp32s3", 2, 16777216, CheckIn.UNKNOWN, SIXTEEN_MEGABYTES),
                "zh-CN");
    }

    @Test
    void wifiBoard() {
        CheckIn read = CheckInReader.read(fixture("firmware-2.4.2-s3-wifi"), null, null);
        assertThat(read).isEqualTo(today(true, "d4:06:06:b6:a9:fa", "bread-compact-wifi"));
        assertThat(read.board().nameOrType()).isEqualTo("bread-compact-wifi");
        assertThat(read.empty()).isFalse();
    }

    @Test
    void fourGBoard() {
        CheckIn read = CheckInReader.read(fixture("firmware-2.4.2-ml307"), null, null);
        assertThat(read).isEqualTo(today(true, "d4:06:06:b6:a9:fb", "bread-compact-ml307"));
    }

    @Test
    void anSsidThatIsNotEscapedCostsNoFact() {
        CheckIn read = CheckInReader.read(fixture("firmware-2.4.2-ssid-not-escaped"), null, null);
        assertThat(read).isEqualTo(today(false, "d4:06:06:b6:a9:fd", "bread-compact-wifi"));
    }

    @Test
    void oldestFirmware() {
        CheckIn read =
                CheckInReader.read(fixture("firmware-1.0.1-device-id-header-only"), null, null);
        assertThat(read.complete()).isTrue();
        assertThat(read.mac()).isEqualTo("d4:06:06:b6:a9:fc");
        assertThat(read.application().version()).isEqualTo("1.0.1");
        assertThat(read.slot()).isEqualTo("factory");
        assertThat(read.board().name()).isEmpty();
        assertThat(read.board().nameOrType()).isEqualTo("bread-compact-wifi");
        assertThat(read.language()).isEmpty();
        assertThat(read.hardware().flashSize()).isEqualTo(16777216);
        assertThat(read.hardware().partitions())
                .containsExactly(
                        new Partition("nvs", 1, 2, 36864, 16384),
                        new Partition("factory", 0, 0, 65536, 4128768));
    }

    @Test
    void pyXiaozhi() {
        CheckIn read =
                CheckInReader.read(
                        fixture("py-xiaozhi-2.1.1"),
                        "bread-compact-wifi/py-xiaozhi-2.1.1",
                        "zh-CN");
        assertThat(read.complete()).isTrue();
        assertThat(read.mac()).isNull();
        assertThat(read.application().version()).isEqualTo("2.1.1");
        assertThat(read.board().nameOrType()).isEqualTo("py-xiaozhi");
        assertThat(read.board().type()).isEqualTo("bread-compact-wifi");
        assertThat(read.language()).isEqualTo("zh-CN");
        assertThat(read.hardware().partitions()).isEmpty();
        assertThat(read.slot()).isEmpty();
    }

    /** SHA-256 of the 64 hex characters: the key itself must not get into a database. */
    @Test
    void theHmacKeyOfPyXiaozhiIsHashed() {
        String hash = "9e48880d1859fd2f7ea849a72d322a4b4ff9d9e58d5c29da885d265436d6d1be";
        CheckIn byName = CheckInReader.read(fixture("py-xiaozhi-2.1.1"), null, null);
        byte[] nameless = without(fixture("py-xiaozhi-2.1.1"), "\"name\":\"py-xiaozhi\",");
        CheckIn byAgent = CheckInReader.read(nameless, "bread-compact-wifi/py-xiaozhi-2.1.1", null);
        assertThat(byName.application().elfSha256())
                .isEqualTo(hash)
                .isEqualTo(byAgent.application().elfSha256());
        assertThat(byName.toString()).doesNotContain("1270259db6e4");
    }

    @Test
    void theRequirementsOwnSample() {
        CheckIn read = CheckInReader.read(fixture("requirement-sample"), null, "zh-CN,zh;q=0.9");
        assertThat(read.complete()).isTrue();
        assertThat(read.mac()).isEqualTo("D4:06:06:B6:A9:FA");
        assertThat(read.application().name()).isEqualTo("xiaoling-web-test");
        assertThat(read.application().version()).isEqualTo("1.0.0");
        assertThat(read.application().elfSha256()).isEqualTo("1234567890abcdef".repeat(3));
        assertThat(read.board().nameOrType()).isEqualTo("xiaoling-web-test");
        assertThat(read.hardware().chip()).isEmpty();
        assertThat(read.language()).isEqualTo("zh-CN");
        assertThat(read.hardware().partitions()).containsExactly(new Partition("", 0, 0, 0, 0));
    }

    @Test
    void whatMustNotBeStoredIsNotRead() {
        for (String name :
                List.of(
                        "firmware-2.4.2-s3-wifi",
                        "firmware-2.4.2-ml307",
                        "firmware-2.4.2-ssid-not-escaped",
                        "firmware-1.0.1-device-id-header-only",
                        "py-xiaozhi-2.1.1",
                        "requirement-sample")) {
            assertThat(CheckInReader.read(fixture(name), null, null).toString())
                    .doesNotContain("867383058941234")
                    .doesNotContain("89860422168070012345")
                    .doesNotContain("0B3A12C1")
                    .doesNotContain("MyWiFi")
                    .doesNotContain("Bob's")
                    .doesNotContain("192.168.")
                    .doesNotContain("7b94d69a");
        }
    }

    @Test
    void headersFillInWhatABrokenBodyLacks() {
        byte[] cut = "{\"version\":2,\"langu".getBytes(UTF_8);
        CheckIn read = CheckInReader.read(cut, "esp-box-3/2.2.4", "en-US");
        assertThat(read.complete()).isFalse();
        assertThat(read.board().nameOrType()).isEqualTo("esp-box-3");
        assertThat(read.application().version()).isEqualTo("2.2.4");
        assertThat(read.language()).isEqualTo("en-US");
        assertThat(read.application().present()).isFalse();
        assertThat(read.empty()).isFalse();
    }

    @Test
    void theBodyWinsOverTheUserAgent() {
        CheckIn read =
                CheckInReader.read(fixture("firmware-2.4.2-s3-wifi"), "other-board/9.9.9", null);
        assertThat(read.board().nameOrType()).isEqualTo("bread-compact-wifi");
        assertThat(read.application().version()).isEqualTo("2.4.2");
    }

    @Test
    void nothingAtAll() {
        for (String body : List.of("", " ", "null", "[]", "1", "\"x\"", "<html>", "{")) {
            CheckIn read = CheckInReader.read(body.getBytes(UTF_8), null, null);
            assertThat(read.complete()).as(body).isFalse();
            assertThat(read.empty()).as(body).isTrue();
        }
        assertThat(CheckInReader.read("{}".getBytes(UTF_8), null, null).complete()).isTrue();
    }

    @Test
    void whatFollowsTheObjectMakesItIncomplete() {
        assertThat(CheckInReader.read("{}x".getBytes(UTF_8), null, null).complete()).isFalse();
        assertThat(CheckInReader.read("{} \n".getBytes(UTF_8), null, null).complete()).isTrue();
    }

    @Test
    void aMacOfAnotherTypeIsPresentAndDiffers() {
        assertThat(CheckInReader.read("{\"mac_address\":7}".getBytes(UTF_8), null, null).mac())
                .isEmpty();
        String endless = "{\"mac_address\":\"" + "d4".repeat(5000) + "\"}";
        assertThat(CheckInReader.read(endless.getBytes(UTF_8), null, null).mac()).isEmpty();
    }

    @Test
    void theFingerprintSeesWhatIsStored() {
        CheckIn one = CheckInReader.read(fixture("firmware-2.4.2-s3-wifi"), null, null);
        CheckIn same = CheckInReader.read(fixture("firmware-2.4.2-s3-wifi"), null, null);
        CheckIn other = CheckInReader.read(fixture("firmware-2.4.2-ml307"), null, null);
        CheckIn spoken = CheckInReader.read(fixture("firmware-2.4.2-s3-wifi"), null, "en-US");
        assertThat(one.fingerprint()).isEqualTo(same.fingerprint());
        assertThat(one.fingerprint()).isNotEqualTo(other.fingerprint());
        assertThat(one.fingerprint()).isNotEqualTo(spoken.fingerprint());
    }

    private static byte[] without(byte[] body, String part) {
        return new String(body, UTF_8).replace(part, "").getBytes(UTF_8);
    }

    @Test
    void theSignalIsReadApart() {
        assertThat(CheckInReader.rssi(fixtureWith("-48"))).isEqualTo(-48);
        assertThat(CheckInReader.rssi(fixtureWith(" -127 "))).isEqualTo(-127);
        for (String nothing :
                List.of("0", "12", "-128", "-99999999999", "\"x\"", "null", "-", "")) {
            assertThat(CheckInReader.rssi(fixtureWith(nothing))).as(nothing).isZero();
        }
        assertThat(CheckInReader.rssi(said("\"board\":{\"ssid\":\"rssi\",\"rssi\" :-50}")))
                .isEqualTo(-50);
        assertThat(CheckInReader.rssi(new byte[0])).isZero();
        assertThat(CheckInReader.rssi("{\"rssi\"".getBytes(UTF_8))).isZero();
        // It is not compared: bodies that differ only in it are equal.
        assertThat(read(fixtureWith("-48")).fingerprint())
                .isEqualTo(read(fixtureWith("-81")).fingerprint());
    }

    @Test
    void psramIsKnownOnlyIfReported() {
        assertThat(read(said("\"psram_size\":0")).hardware().psramSize()).isZero();
        assertThat(read(said("\"psram_size\":8388608")).hardware().psramSize()).isEqualTo(8 << 20);
        assertThat(read(said("\"psram_size\":null")).hardware().psramSize())
                .isEqualTo(CheckIn.UNKNOWN);
        assertThat(read(said("\"flash_size\":1")).hardware().psramSize())
                .isEqualTo(CheckIn.UNKNOWN);
        assertThat(read(said("\"psram_size\":0")).fingerprint())
                .isNotEqualTo(read(said("\"x\":0")).fingerprint());
    }

    private static byte[] fixtureWith(String rssi) {
        return said("\"board\":{\"name\":\"b\",\"rssi\":" + rssi + "}");
    }

    private static byte[] said(String more) {
        return ("{\"application\":{\"version\":\"2.4.2\"}," + more + "}").getBytes(UTF_8);
    }

    private static CheckIn read(byte[] body) {
        return CheckInReader.read(body, null, null);
    }

    @Test
    void theUuidIsReadApart() {
        assertThat(uuid("{\"a\":{\"uuid\":\"x\"},\"uuid\":\"7B94\",\"b\":"))
                .as("what follows it may be broken")
                .contains("7b94");
        for (String none :
                List.of(
                        "",
                        "[]",
                        "{}",
                        "{\"uuid\":\"\"}",
                        "{\"uuid\":null}",
                        "{\"uuid\":7}",
                        "{\"uuid\":{\"uuid\":\"x\"}}",
                        "{\"uuid\":\"a b\"}",
                        "{\"uuid\":\"" + "x".repeat(65) + "\"}",
                        "{\"ssid\":\"\"\",\"uuid\":\"x\"}")) {
            assertThat(uuid(none)).as(none).isEmpty();
        }
    }

    private static Optional<String> uuid(String body) {
        return CheckInReader.uuid(body.getBytes(UTF_8)).map(ClientId::value);
    }
}
