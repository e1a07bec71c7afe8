package io.slipway.protocol.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatteryTest {

    private static String result(String status) {
        return "{\"content\":[{\"type\":\"text\",\"text\":"
                + SafeText.quote(status)
                + "}],\"isError\":false}";
    }

    @Test
    void asFirmwareTellsIt() {
        String status =
                """
                {"audio_speaker":{"volume":70},"screen":{"brightness":75,"theme":"light"},\
                "battery":{"level":50,"charging":true},"network":{"type":"wifi","ssid":"MyWiFi",\
                "signal":"strong"},"chip":{"temperature":41.5}}\
                """;
        assertThat(Battery.read(result(status), 7)).contains(new Battery(50, true, 7));
        for (int level : new int[] {0, 100}) {
            String edge = "{\"battery\":{\"level\":" + level + ",\"charging\":false}}";
            assertThat(Battery.read(result(edge), 7)).contains(new Battery(level, false, 7));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "true",
                "[]",
                "{}",
                "{\"network\":{}}",
                "{\"battery\":null}",
                "{\"battery\":50}",
                "{\"battery\":{}}",
                "{\"battery\":{\"level\":50}}",
                "{\"battery\":{\"charging\":false}}",
                "{\"battery\":{\"level\":-1,\"charging\":false}}",
                "{\"battery\":{\"level\":101,\"charging\":false}}",
                "{\"battery\":{\"level\":4294967346,\"charging\":false}}",
                "{\"battery\":{\"level\":99999999999999999999,\"charging\":false}}",
                "{\"battery\":{\"level\":\"50\",\"charging\":false}}",
                "{\"battery\":{\"level\":50.5,\"charging\":false}}",
                "{\"battery\":{\"level\":50,\"charging\":0}}",
                "{\"battery\":{\"level\":50,\"charging\":\"false\"}}",
                "{\"battery\":{\"level\":50,\"charging\":false}"
            })
    void whatTellsOfNoBattery(String status) {
        assertThat(Battery.read(result(status), 7)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "{}",
                "{\"content\":{}}",
                "{\"content\":[]}",
                "{\"content\":[1]}",
                "{\"content\":[{}]}",
                "{\"content\":[{\"text\":{}}]}",
                "{\"battery\":{\"level\":50,\"charging\":false}}"
            })
    void whatIsNoResult(String result) {
        assertThat(Battery.read(result, 7)).isEmpty();
    }

    @Test
    void aLevelIsAPercentage() {
        for (int level : new int[] {-1, 101}) {
            assertThatThrownBy(() -> new Battery(level, true, 7))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
