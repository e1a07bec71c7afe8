package io.slipway.account.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    shortnine             | 10 to 128
                    aaaaaaaaaaaa          | 5 different
                    121212121212          | 5 different
                    alice.wonder          | username
                    Alice.Wonder          | username
                    alice.wonder1234      | username
                    1234567890            | most common
                    1q2w3e4r5t            | most common
                    Administrator         | most common
                    P@ssw0rd123           | most common
                    password2026!         | most common
                    woaini1314520         | most common
                    qwerty123456          | most common
                    7uGd5HIp2J            | most common
                    """)
    void isRefusedWithTheRule(String password, String rule) {
        assertThatThrownBy(() -> PasswordRules.checked("password", password, "alice.wonder"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "correct horse",
                "a long password",
                "correct horse alice.wonder",
                "dragon482910472910384",
                "密码要够长才行就这样",
                " pass wörd ",
            })
    void isAccepted(String password) {
        assertThat(PasswordRules.checked("password", password, "alice.wonder")).isEqualTo(password);
    }

    @ParameterizedTest
    @ValueSource(ints = {129, 1_000})
    void hasAMaximum(int length) {
        String password = "abcdefgh".repeat(125).substring(0, length);
        assertThatThrownBy(() -> PasswordRules.checked("password", password, "al"))
                .hasMessageContaining("10 to 128");
    }
}
