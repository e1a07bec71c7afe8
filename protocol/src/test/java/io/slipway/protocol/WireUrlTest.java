package io.slipway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireUrlTest {

    @ParameterizedTest
    @ValueSource(strings = {"host", "mqtt.example.com", "h:1883", "10.0.0.1:8883", "h:65535"})
    void endpoints(String text) {
        assertThat(WireUrl.isEndpoint(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":1883",
                "h:",
                "h:0",
                "h:65536",
                "h:18 83",
                "h:x",
                "h:1:2",
                "mqtt://h:1883",
                "[::1]:1883",
                "::1",
                "h/path",
                "user@h",
                "h\n",
                "h:1883\n",
                "主机"
            })
    void noEndpoints(String text) {
        assertThat(WireUrl.isEndpoint(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://h",
                "wss://h/v1/ws/",
                "ws://192.168.1.2:8080/v1/ws/?a=b&c=d",
                "wss://h:443",
                "ws://h?x=1"
            })
    void sockets(String text) {
        assertThat(WireUrl.isSocket(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://h/",
                "WS://h/",
                "ws:/h",
                "ws://",
                "ws://:80/",
                "ws://h:/",
                "ws://h:0/",
                "ws://h:99999/",
                "ws://h:80:81/",
                "ws://h/a:b",
                "ws://h/?t=12:30",
                "ws://h?t=12:30",
                "ws://user:pw@h/",
                "ws://user@h/",
                "ws://[::1]/",
                "ws://[::1]:80/",
                "ws://h/#f",
                "ws://h/a b",
                "ws://h/\"",
                "ws://h/\\",
                "ws://h/\u0000",
                "ws://h/路",
                "ws://h/\n"
            })
    void noSockets(String text) {
        assertThat(WireUrl.isSocket(text)).isFalse();
    }

    @Test
    void downloads() {
        assertThat(WireUrl.isDownload("http://h:8080/v1/firmware/1.bin?sig=a.b-c_d~e")).isTrue();
        assertThat(WireUrl.isDownload("https://h/x")).isTrue();
        assertThat(WireUrl.isDownload("ftp://h/x")).isFalse();
        assertThat(WireUrl.isDownload("https://h/a:b")).isFalse();
        assertThat(WireUrl.isDownload("wss://h/x")).isFalse();
    }

    @Test
    void lengthIsBounded() {
        assertThat(WireUrl.isSocket("ws://h/" + "a".repeat(693))).isTrue();
        assertThat(WireUrl.isSocket("ws://h/" + "a".repeat(694))).isFalse();
        assertThat(WireUrl.isSocket("ws://h/" + "a".repeat(1_000_000))).isFalse();
        assertThat(WireUrl.isEndpoint("h".repeat(254))).isFalse();
    }

    @Test
    void whatFittedOnceDoesNotLetOthersPass() {
        for (int i = 0; i < 2; i++) {
            assertThat(WireUrl.isEndpoint("h:1883")).isTrue();
            assertThat(WireUrl.isEndpoint("h:1883:1")).isFalse();
            assertThat(WireUrl.isSocket("h:1883")).isFalse();
            assertThat(WireUrl.isDownload("h:1883")).isFalse();
            assertThat(WireUrl.isEndpoint("")).isFalse();
        }
    }
}
