package io.slipway.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DigitsTest {

    @Test
    void blanksAndDashesAreLeftOutAndFullWidthDigitsConverted() {
        assertThat(Digits.typed(" 123-456\t")).isEqualTo("123456");
        assertThat(Digits.typed("\uff10\uff11\uff12\u3000\uff17\uff18\uff19")).isEqualTo("012789");
        assertThat(Digits.typed("123\u00a0456\uff0d7")).isEqualTo("1234567");
    }

    /** Digits of other scripts, and anything else, make a wrong code. */
    @Test
    void everythingElseStays() {
        assertThat(Digits.typed("12a\u0663\uff21")).isEqualTo("12a\u0663\uff21");
        assertThat(Digits.typed("")).isEmpty();
    }
}
