package io.slipway.protocol.ota;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirmwareAgeTest {

    @ParameterizedTest
    @CsvSource({
        "bread-compact-wifi/1.6.2, OLD",
        "bread-compact-wifi/1.6.5.9, OLD",
        "bread-compact-wifi/1.6, OLD",
        "bread-compact-wifi/1.6., OLD",
        "bread-compact-wifi/1, OLD",
        "bread-compact-wifi/0.9.9, OLD",
        "bread-compact-wifi/1.6.2-dirty, OLD",
        "bread-compact-wifi/1.6-6, OLD",
        "b/1.6.6, CURRENT",
        "b/1.6.6-dirty, CURRENT",
        "b/1.6.10, CURRENT",
        "b/1.7, CURRENT",
        "b/2, CURRENT",
        "b/2.4.2, CURRENT",
        "b/20250806123456789012345, CURRENT",
        "curl/8.5.0, CURRENT",
        "Mozilla/5.0 (X11; Linux x86_64), CURRENT",
        "bread-compact-wifi/py-xiaozhi-2.1.1, UNKNOWN",
        "b/v1.6.2, UNKNOWN",
        "b/, UNKNOWN",
        "b, UNKNOWN",
        "/1.6.2, UNKNOWN",
        "ESP32 HTTP Client/1.0, UNKNOWN",
        "'', UNKNOWN"
    })
    void aUserAgentNamesTheVersion(String userAgent, FirmwareAge age) {
        assertThat(FirmwareAge.of(userAgent, new byte[0])).isEqualTo(age);
    }

    @Test
    void theBodyIsAskedWhereTheHeaderSaysNothing() {
        assertThat(FirmwareAge.of(null, body("1.6.2"))).isEqualTo(FirmwareAge.OLD);
        assertThat(FirmwareAge.of(null, body("2.4.2"))).isEqualTo(FirmwareAge.CURRENT);
        assertThat(FirmwareAge.of("ESP32 HTTP Client/1.0", body("1.7.0")))
                .isEqualTo(FirmwareAge.CURRENT);
        assertThat(FirmwareAge.of("bread-compact-wifi/py-xiaozhi-2.1.1", body("2.1.1")))
                .isEqualTo(FirmwareAge.CURRENT);
        assertThat(FirmwareAge.of("b/1.6.2", body("2.4.2"))).isEqualTo(FirmwareAge.OLD);
        assertThat(FirmwareAge.of(null, body("x"))).isEqualTo(FirmwareAge.UNKNOWN);
        assertThat(FirmwareAge.of(null, "{,\u0000".getBytes(UTF_8))).isEqualTo(FirmwareAge.UNKNOWN);
        assertThat(FirmwareAge.of(null, new byte[0])).isEqualTo(FirmwareAge.UNKNOWN);
    }

    private static byte[] body(String version) {
        String json = "{\"application\":{\"version\":\"" + version + "\"},\"board\":{}}";
        return json.getBytes(UTF_8);
    }
}
