package io.slipway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientIdTest {

    private static final String UUID = "7b94d69a-9808-4c59-9c9b-704333b38aff";

    @Test
    void caseDoesNotCount() {
        assertThat(ClientId.parse("7B94D69A-9808-4C59-9C9B-704333B38AFF"))
                .contains(new ClientId(UUID))
                .isEqualTo(ClientId.parse(" " + UUID + " "));
    }

    @Test
    void caseIsFoldedWithoutRegardToTheLanguageOfTheMachine() {
        assertThat(ClientId.parse("III").map(ClientId::value)).contains("iii");
    }

    @Test
    void aUuidIsStrongAndAWordIsWeak() {
        assertThat(new ClientId(UUID).weak()).isFalse();
        assertThat(new ClientId("web_test_client").weak()).isTrue();
        assertThat(new ClientId(UUID.replace("-", "")).weak()).isTrue();
        assertThat(new ClientId(UUID.replace("-", "_")).weak()).isTrue();
        assertThat(new ClientId(UUID.substring(0, 35) + "g").weak()).isTrue();
        assertThat(new ClientId(UUID.substring(0, 35) + "-").weak()).isTrue();
        assertThat(new ClientId(UUID + "0").weak()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a\"b",
                "a\tb",
                "a\u0000b",
                "a\u007fb",
                "é",
                "客户端",
                "\uD800"
            })
    void whatIsNotVisibleAsciiCountsAsAbsent(String header) {
        assertThat(ClientId.parse(header)).isEmpty();
    }

    @Test
    void sixtyFourCharactersAtMost() {
        assertThat(ClientId.parse("x".repeat(64))).isPresent();
        assertThat(ClientId.parse("x".repeat(65))).isEmpty();
    }

    @Test
    void onlyTheFoldedFormCanBeMade() {
        assertThatThrownBy(() -> new ClientId("ABC")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ClientId("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itsTextDoesNotShowIt() {
        assertThat(new ClientId(UUID).toString()).doesNotContain("7b94").doesNotContain("8aff");
        assertThatThrownBy(() -> new ClientId(UUID + " ")).message().doesNotContain("7b94");
    }
}
