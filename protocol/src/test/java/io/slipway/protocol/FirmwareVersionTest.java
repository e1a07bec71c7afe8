package io.slipway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirmwareVersionTest {

    static Stream<List<Object>> vectors() throws IOException {
        Object vectors = Json.parse(Resources.read("fixtures/vectors.json"));
        return Json.array(Json.object(vectors).get("version_is_newer")).stream().map(Json::array);
    }

    /** The observed results of the firmware's own comparison: current, offered, outcome. */
    @ParameterizedTest
    @MethodSource("vectors")
    void comparesAsTheFirmwareDoes(List<Object> row) {
        Optional<FirmwareVersion> current = FirmwareVersion.parse((String) row.get(0));
        Optional<FirmwareVersion> offered = FirmwareVersion.parse((String) row.get(1));
        boolean readable = current.isPresent() && offered.isPresent();
        if (row.get(2).equals("crash")) {
            assertThat(readable).isFalse();
        } else if (row.get(1).equals("")) {
            // No device crashes on it, but it contains nothing to send.
            assertThat(offered).isEmpty();
        } else {
            assertThat(readable).isTrue();
            assertThat(offered.orElseThrow().isNewerThan(current.orElseThrow()))
                    .isEqualTo(row.get(2));
        }
    }

    @Test
    void allVectorsAreThere() throws IOException {
        assertThat(vectors()).hasSize(17);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2147483647", "-2147483648", "+1", "0.0.0", "  7.1", "2.4.2-dirty", "1.2."})
    void stoiTakesThese(String text) {
        assertThat(FirmwareVersion.parse(text).map(FirmwareVersion::toString)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2147483648",
                "-2147483649",
                "99999999999999999999999999",
                ".",
                "..",
                "1..",
                " ",
                "+",
                "-",
                "- 1",
                "+-1",
                "a",
                "1.a",
                "1. ",
                "1.2\n",
                "\t1.2",
                "1.2\"",
                "1.2\\",
                "1.2-\u00e9",
                "١.٢",
                "1.2-\uD83D\uDE00"
            })
    void theseAreNeverSent(String text) {
        assertThat(FirmwareVersion.parse(text)).isEmpty();
    }

    @Test
    void lengthIsBounded() {
        assertThat(FirmwareVersion.parse("1." + "0".repeat(62))).isPresent();
        assertThat(FirmwareVersion.parse("1." + "0".repeat(63))).isEmpty();
    }

    @Test
    void whatADeviceSeesAsEqualIsEqual() {
        var clean = FirmwareVersion.parse("2.4.2").orElseThrow();
        var dirty = FirmwareVersion.parse("2.4.2-dirty").orElseThrow();
        assertThat(dirty).isEqualTo(clean).hasSameHashCodeAs(clean).hasToString("2.4.2-dirty");
        assertThat(FirmwareVersion.parse("2.4.2.0").orElseThrow()).isNotEqualTo(clean);
    }

    @Test
    void uploadsAreDigitsAndDots() {
        assertThat(List.of("1", "2.4.2", "20250806", "2.4.2.10"))
                .allMatch(FirmwareVersion::uploadable);
        assertThat(List.of("", "2.4.", "v2", "2.4.2-rc1", " 2", "+2", "2147483648", "1..2", "١"))
                .noneMatch(FirmwareVersion::uploadable);
    }
}
