package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProbeTurnTest {

    private static String code(String... sentences) {
        var turn = new ProbeTurn(0);
        turn.text("{\"type\":\"tts\",\"state\":\"start\"}", 5_000_000);
        for (String sentence : sentences) {
            turn.text(
                    "{\"type\":\"tts\",\"state\":\"sentence_start\",\"text\":\"" + sentence + "\"}",
                    9_000_000);
        }
        assertThat(turn.over()).isFalse();
        turn.text("{\"type\":\"tts\",\"state\":\"stop\"}", 9_000_000);
        assertThat(turn.over()).isTrue();
        assertThat(turn.millis()).isEqualTo(5);
        return turn.activationCode();
    }

    @Test
    void anActivationCodeIsDigitsNextToItsName() {
        assertThat(code("请登录控制面板，输入123456，绑定设备。")).isEqualTo("123456");
        assertThat(code("This device is not bound.", "Enter 1234567890123"))
                .isEqualTo("1234567890123");
        assertThat(code("Register it with the code 0012345")).isEqualTo("0012345");
    }

    @Test
    void otherNumbersAreNone() {
        assertThat(code("你好，我是小智，成立于2024年。")).isEmpty();
        assertThat(code("The repair costs 123456 yuan")).isEmpty();
        assertThat(code("We are bound to meet.", "How are you?", "It has 123456 inhabitants."))
                .isEmpty();
        assertThat(code("绑定成功 12345")).isEmpty();
    }
}
