package io.slipway.http.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {

    @Test
    void repeatedSlashesAreOne() {
        assertThat(Paths.single("//xiaozhi///ota//")).isEqualTo("/xiaozhi/ota/");
        assertThat(Paths.single("//")).isEqualTo("/");
        assertThat(Paths.single("/xiaozhi/ota/")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//",
                "/v1//me",
                "/v1/x/../me",
                "/v1/x/..",
                "/..",
                "/./v1",
                "/v1/%2e%2E/me",
                "/v1/.%2e/me",
                "/v1/%2E",
                "/v1%2fme",
                "/v1/%2Fme",
                "/v1\\me",
                "/v1/%5cme"
            })
    void pathsThatAnotherProgramCouldReadDifferently(String path) {
        assertThat(Paths.ambiguous(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1/me",
                "/v1/me/",
                "/assets/index-1.2.js",
                "/v1/x/...",
                "/v1/..x/y",
                "/v1/devices/d4%3A06%3A06%3Ab6%3Aa9%3Afa",
                "/v1/2%2e4",
                "/v1/%e5%ae%a2"
            })
    void otherPaths(String path) {
        assertThat(Paths.ambiguous(path)).isFalse();
    }
}
