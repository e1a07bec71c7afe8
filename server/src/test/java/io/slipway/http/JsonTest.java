package io.slipway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void aHundredThousandSerialNumbersWithKeysAreRead() {
        String serial = "{\"serial_number\":\"S\",\"key\":\"K\",\"key_format\":\"ascii\"}";
        assertThat(read("[" + (serial + ",").repeat(99_999) + serial + "]").size())
                .isEqualTo(100_000);
    }

    @Test
    void aBodyThatWouldFillTheMemoryIsRefused() {
        for (String text : new String[] {"[" + "[],".repeat(700_000) + "[]]", "[".repeat(5_000)}) {
            assertThatThrownBy(() -> read(text))
                    .isInstanceOfSatisfying(
                            Problem.class, e -> assertThat(e.code()).isEqualTo(400));
        }
    }

    private static com.fasterxml.jackson.databind.JsonNode read(String text) {
        return Json.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
