package io.slipway.account.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeCodeTest {

    private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    /** RFC 6238, appendix B, whose codes have eight digits: ours are the last six. */
    @ParameterizedTest
    @CsvSource({
        "59, 94287082",
        "1111111109, 07081804",
        "1111111111, 14050471",
        "1234567890, 89005924",
        "2000000000, 69279037",
        "20000000000, 65353130",
    })
    void isThatOfTheStandard(long seconds, String code) {
        assertThat(TimeCode.at(SECRET, seconds / 30)).isEqualTo(code.substring(2));
    }

    /** RFC 4226, appendix D. */
    @ParameterizedTest
    @CsvSource({"0, 755224", "1, 287082", "2, 359152", "8, 399871", "9, 520489"})
    void isThatOfTheCounter(long counter, String code) {
        assertThat(TimeCode.at(SECRET, counter)).isEqualTo(code);
    }

    /** RFC 4648, section 10, without padding. */
    @ParameterizedTest
    @CsvSource({
        "f, MY",
        "fo, MZXQ",
        "foo, MZXW6",
        "foob, MZXW6YQ",
        "fooba, MZXW6YTB",
        "foobar, MZXW6YTBOI",
    })
    void isTypedInBase32(String text, String base32) {
        assertThat(TimeCode.base32(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(base32);
    }

    @Test
    void countsOneStepEarlyOrLateAndNeverTwice() {
        long now = 1_000_000 * 30_000L + 7;
        for (long step = 999_998; step <= 1_000_002; step++) {
            String code = TimeCode.at(SECRET, step);
            boolean near = Math.abs(step - 1_000_000) <= 1;
            assertThat(TimeCode.step(SECRET, code, now, 0).isPresent()).isEqualTo(near);
            assertThat(TimeCode.step(SECRET, code, now, step)).isEmpty();
        }
        String typed = TimeCode.at(SECRET, 1_000_000).replaceAll("(...)(...)", " $1 $2 ");
        assertThat(TimeCode.looksLike(typed)).isTrue();
        assertThat(TimeCode.step(SECRET, typed, now, 0)).hasValue(1_000_000);
        assertThat(TimeCode.looksLike("abcd-efgh-jkmn-pqrs")).isFalse();
    }
}
