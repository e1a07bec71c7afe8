package io.slipway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "d4:06:06:b6:a9:fa",
                "D4:06:06:B6:A9:FA",
                "d4-06-06-B6-A9-fa",
                "d40606b6a9fa",
                "D40606B6A9FA"
            })
    void everySpellingIsTheSameAddress(String text) {
        assertThat(Mac.parse(text)).contains(new Mac(0xd40606b6a9faL));
        assertThat(Mac.parse(text).map(Mac::toString)).contains("d4:06:06:b6:a9:fa");
        assertThat(Mac.parse(text).map(Mac::underscored)).contains("d4_06_06_b6_a9_fa");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "d4:06:06:b6:a9",
                "d4:06:06:b6:a9:fa:00",
                "d4:06:06:b6:a9:fg",
                "d4:06:06:b6:a9:f",
                "d4:06:06:b6:a9-fa",
                "d4-06:06:b6:a9:fa",
                "d4 06 06 b6 a9 fa",
                "d4:06:06:b6:a9:fa ",
                " d4:06:06:b6:a9:f",
                "d4.06.06.b6.a9.fa",
                "d4:06:06:b6:a9:\n1",
                "+4:06:06:b6:a9:fa",
                "-d40606b6a9f",
                "0xd40606b6a9",
                "१२:06:06:b6:a9:fa",
                "d4:06:06:b6:a9:ｆａ",
                "d4:06:06:b6:a9:\u0166a",
                "unknown-unknown-u"
            })
    void nothingElseIsOne(String text) {
        assertThat(Mac.parse(text)).isEmpty();
    }

    @Test
    void extremes() {
        assertThat(Mac.parse("00:00:00:00:00:00")).contains(new Mac(0));
        assertThat(Mac.parse("ff:ff:ff:ff:ff:ff")).contains(new Mac((1L << 48) - 1));
        assertThatThrownBy(() -> new Mac(1L << 48)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Mac(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsWrittenIsReadBack() {
        var random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            var mac = new Mac(random.nextLong() & (1L << 48) - 1);
            assertThat(Mac.parse(mac.toString())).contains(mac);
            assertThat(Mac.parse(mac.toString().replace(":", ""))).contains(mac);
        }
    }

    @Test
    void randomTextNeverThrows() {
        var random = new Random(2);
        String alphabet = "0123456789abcdefABCDEF::::--\u0000\uD800é{}\" ";
        for (int i = 0; i < 5000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextBoolean() ? 17 : random.nextInt(20); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Optional<Mac> mac = Mac.parse(text.toString());
            mac.ifPresent(read ->
                    assertThat(read.toString().replace(":", ""))
                            .isEqualToIgnoringCase(
                                    text.toString().replace(":", "").replace("-", "")));
        }
    }

    @Test
    void sortsLikeItsText() {
        assertThat(new Mac(1)).isLessThan(new Mac(2));
        assertThat(new Mac(0x00ffffffffffL)).isLessThan(new Mac(0xff0000000000L));
    }
}
