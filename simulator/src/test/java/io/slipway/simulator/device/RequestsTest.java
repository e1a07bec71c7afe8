package io.slipway.simulator.device;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.Activate;
import io.slipway.protocol.ota.CheckInReader;
import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestsTest {

    private static final String UUID = "7b94d69a-9808-4c59-9c9b-704333b38aff";

    private static DeviceProfile device(Variant variant, String mac, String uuid, String board) {
        return new DeviceProfile(variant, mac, uuid, variant.version(), board, "zh-CN", "", "");
    }

    private static String fixture(String name) {
        try (var in = RequestsTest.class.getResourceAsStream("/fixtures/" + name + ".body")) {
            if (in == null) {
                throw new IllegalArgumentException("no fixture " + name);
            }
            return new String(in.readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String body(DeviceProfile device) {
        return new String(Requests.checkIn(device), ISO_8859_1);
    }

    /** The sample of device-contract 1.4, to the byte. */
    @Test
    void headOfAWifiBoard() {
        var device = device(Variant.WIFI, "d4:06:06:b6:a9:fa", UUID, "bread-compact-wifi");
        OtaUrl url = OtaUrl.parse("http://example.com/v1/ota/");
        String head =
                Requests.head(
                        url,
                        url.path(),
                        Requests.headers(device, false),
                        Requests.checkIn(device).length);
        assertThat(head)
                .isEqualTo(
                        """
                        POST /v1/ota/ HTTP/1.1\r
                        Host: example.com\r
                        Accept-Language: zh-CN\r
                        Activation-Version: 1\r
                        Client-Id: 7b94d69a-9808-4c59-9c9b-704333b38aff\r
                        Content-Type: application/json\r
                        Device-Id: d4:06:06:b6:a9:fa\r
                        User-Agent: bread-compact-wifi/2.4.2\r
                        Content-Length: 1144\r
                        Connection: close\r
                        \r
                        """);
    }

    @Test
    void headOfABoardWithASerialNumber() {
        DeviceProfile device = DeviceProfile.of(Variant.SERIAL, 1, 0);
        assertThat(Requests.headers(device, true))
                .contains("Activation-Version: 2")
                .containsSubsequence(
                        "Device-Id: " + device.mac(),
                        "Serial-Number: " + device.serial(),
                        "User-Agent: bread-compact-wifi/2.4.2");
        assertThat(device.serial().getBytes(UTF_8)).hasSizeLessThanOrEqualTo(32);
    }

    @Test
    void oldHeads() {
        assertThat(Requests.headers(DeviceProfile.of(Variant.V1_0, 1, 0), false))
                .noneMatch(h -> h.startsWith("Client-Id") || h.startsWith("User-Agent"));
        assertThat(Requests.headers(DeviceProfile.of(Variant.V1_5, 1, 0), false))
                .anyMatch(h -> h.startsWith("Client-Id"))
                .noneMatch(h -> h.startsWith("Activation-Version"));
    }

    @Test
    void headOfPyXiaozhi() {
        DeviceProfile device = DeviceProfile.of(Variant.PY_XIAOZHI, 1, 0);
        assertThat(Requests.headers(device, false))
                .contains("Activation-Version: 2.1.1")
                .contains("User-Agent: bread-compact-wifi/py-xiaozhi-2.1.1");
        assertThat(Requests.headers(device, true))
                .contains("Activation-Version: 2")
                .noneMatch(h -> h.startsWith("User-Agent") || h.startsWith("Serial-Number"));
    }

    @Test
    void bodiesAreThoseOfRealDevices() {
        assertThat(body(device(Variant.WIFI, "d4:06:06:b6:a9:fa", UUID, "bread-compact-wifi")))
                .isEqualTo(fixture("firmware-2.4.2-s3-wifi"));
        assertThat(body(device(Variant.RAW_SSID, "d4:06:06:b6:a9:fd", UUID, "bread-compact-wifi")))
                .isEqualTo(fixture("firmware-2.4.2-ssid-not-escaped"));
        assertThat(
                        body(
                                device(
                                        Variant.ML307,
                                        "d4:06:06:b6:a9:fb",
                                        "0d0f3a34-90be-4a40-8f4e-7ad5b1c0f201",
                                        "bread-compact-ml307")))
                .isEqualTo(fixture("firmware-2.4.2-ml307"));
        assertThat(body(device(Variant.V1_0, "d4:06:06:b6:a9:fc", "", "bread-compact-wifi")))
                .isEqualTo(fixture("firmware-1.0.1-device-id-header-only"));
        var desktop =
                new DeviceProfile(
                        Variant.PY_XIAOZHI,
                        "02:11:22:33:44:55",
                        UUID,
                        "2.1.1",
                        "py-xiaozhi",
                        "zh-CN",
                        "SN-5D509E54-021122334455",
                        "1270259db6e4575212730e94c2211473e44fa926ff8b3bff1cacfbf106c29742");
        assertThat(body(desktop)).isEqualTo(fixture("py-xiaozhi-2.1.1"));
        assertThat(Requests.hmac(desktop, "c-1"))
                .isEqualTo("ab5f4758f70d4a4d762a7669c3537a5fb475310ef797f79d6166556d0771a206");
        assertThat(DeviceProfile.md5Start("021122334455")).isEqualTo("5D509E54");
    }

    /** Firmware's key is 32 raw bytes, the vector's happen to be ASCII. */
    @Test
    void hmacOfFirmware() {
        var device =
                new DeviceProfile(
                        Variant.SERIAL,
                        "d4:06:06:b6:a9:fa",
                        UUID,
                        "2.4.2",
                        "b",
                        "zh-CN",
                        "SN-1",
                        "3031323334353637383961626364656630313233343536373839616263646566");
        String hmac = "be9a3f3daaa9950b1054b2757c1ba147756ca5501b9a907090ffec4b9154cf35";
        assertThat(Requests.hmac(device, "d4:06:06:b6:a9:fa")).isEqualTo(hmac);
        assertThat(Activate.read(Requests.activate(device, "d4:06:06:b6:a9:fa")))
                .isEqualTo(new Activate("hmac-sha256", "SN-1", "d4:06:06:b6:a9:fa", hmac));
    }

    @Test
    void activateBodies() {
        DeviceProfile wifi = DeviceProfile.of(Variant.WIFI, 1, 0);
        assertThat(Requests.activate(wifi, "c")).asString(UTF_8).isEqualTo("{}");
        DeviceProfile desktop = DeviceProfile.of(Variant.PY_XIAOZHI, 1, 0);
        byte[] wrapped = Requests.activate(desktop, "c");
        assertThat(wrapped).asString(UTF_8).startsWith("{\"Payload\":{\"algorithm\"");
        assertThat(Activate.read(wrapped).serialNumber()).isEqualTo(desktop.serial());
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void theServersReaderFindsTheDevice(Variant variant) {
        DeviceProfile device = DeviceProfile.of(variant, 7, 123_456);
        var read = CheckInReader.read(Requests.checkIn(device), null, null);
        assertThat(read.complete()).isEqualTo(variant != Variant.RAW_SSID);
        assertThat(read.application().version()).isEqualTo(device.version());
        assertThat(read.board().nameOrType()).isEqualTo(device.board());
        assertThat(Mac.parse(device.mac())).isPresent();
        assertThat(device).isEqualTo(DeviceProfile.of(variant, 7, 123_456));
        assertThat(device.mac()).isNotEqualTo(DeviceProfile.of(variant, 7, 123_457).mac());
        if (variant != Variant.V1_0) {
            assertThat(ClientId.parse(device.clientId()).orElseThrow().weak()).isFalse();
            assertThat(java.util.UUID.fromString(device.clientId()).version()).isEqualTo(4);
            assertThat(java.util.UUID.fromString(device.clientId()).variant()).isEqualTo(2);
        }
    }

    @Test
    void urls() {
        OtaUrl url = OtaUrl.parse("http://h:8080/v1/ota/");
        assertThat(url.activatePath()).isEqualTo("/v1/ota/activate");
        assertThat(url.withoutSlash().path()).isEqualTo("/v1/ota");
        assertThat(url.withoutSlash().activatePath()).isEqualTo("/v1/ota/activate");
        assertThat(url.hostHeader()).isEqualTo("h:8080");
        assertThat(OtaUrl.parse("https://h").hostHeader()).isEqualTo("h");
        assertThat(OtaUrl.parse("https://h/?x=1").activatePath()).isEqualTo("/?x=1/activate");
    }
}
