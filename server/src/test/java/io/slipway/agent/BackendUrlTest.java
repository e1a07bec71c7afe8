package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendUrlTest {

    @ParameterizedTest
    @CsvSource({
        "ws://h.example,                   false, h.example,      80,    /",
        "WSS://H.Example/v1/ws/?a=b&c=%20, true,  h.example,      443,   /v1/ws/?a=b&c=%20",
        "wss://h.example:8443?x,           true,  h.example,      8443,  /?x",
        "ws://voice_server:8000/xiaozhi/,  false, voice_server,   8000,  /xiaozhi/",
        "ws://8.8.8.8:1,                   false, 8.8.8.8,        1,     /",
        "ws://[2001:4860:4860::8888]:65535,false, 2001:4860:4860::8888, 65535, /",
        "ws://h.example.:9/,               false, h.example.,     9,     /",
        "ws://xn--fiqs8s.example/,         false, xn--fiqs8s.example, 80, /",
        "ws://1password.com,               false, 1password.com,  80,    /",
        "ws://h.example:080/,              false, h.example,      80,    /",
    })
    void partsOfAUrl(String text, boolean tls, String host, int port, String path) {
        assertThat(BackendUrl.parse(text)).contains(new BackendUrl(tls, host, port, path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ws:",
                "ws://",
                "ws:///path",
                "ws:h.example",
                "http://h.example",
                "https://h.example",
                "file:///etc/passwd",
                "//h.example/",
                "h.example",
                "ws://user@h.example/",
                "ws://user:pass@h.example/",
                "ws://@h.example/",
                "ws://8.8.8.8@127.0.0.1/",
                "ws://h.example#@127.0.0.1/",
                "ws://h.example/#",
                "ws://h.example\\@127.0.0.1/",
                "ws://h.example:0",
                "ws://h.example:65536",
                "ws://h.example:99999999999",
                "ws://h.example:80:80",
                "ws://h.example:",
                "ws://h.example:+1",
                "ws://h.example:8x",
                "ws://h example/",
                "ws://h.example/ x",
                "ws://h.example/\r\nX: y",
                "ws://h.example/\0",
                "ws://h.example/%zz",
                "ws://中国.example/",
                "ws://h.example/路",
                "ws://h..example/",
                "ws://.example/",
                "ws://-h.example/",
                "ws://h-/",
                "ws://h.example../",
                "ws://%31%32%37.0.0.1/",
                "ws://127.1/",
                "ws://0x7f.1/",
                "ws://0x7f.0.0.0x1/",
                "ws://2130706433/",
                "ws://0x7f000001/",
                "ws://0x/",
                "ws://127.0.0.1./",
                "ws://127.0.0.01/",
                "ws://0127.0.0.1/",
                "ws://256.0.0.1/",
                "ws://1.2.3/",
                "ws://1.2.3.4.5/",
                "ws://h.0x7f/",
                "ws://h.1/",
                "ws://h.1./",
                "ws://[]/",
                "ws://[1.2.3.4]/",
                "ws://[::1/",
                "ws://::1/",
                "ws://[fe80::1%25eth0]/",
                "ws://[fe80::1%eth0]/",
                "ws://[::g]/",
                "ws://[1:2:3:4:5:6:7:8:9]/",
            })
    void notABackend(String text) {
        assertThat(BackendUrl.parse(text)).isEmpty();
        assertThatThrownBy(() -> new Backend.Relay(text, "", 0, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aUrlHasItsLimit() {
        String longest = "ws://h.example/" + "x".repeat(BackendUrl.MAX_LENGTH - 15);
        assertThat(BackendUrl.parse(longest)).isPresent();
        assertThat(BackendUrl.parse(longest + "x")).isEmpty();
    }

    @Test
    void whateverIsTakenIsRebuiltToTheSame() {
        var random = new Random(7);
        String pieces = "ws:/@.[]#?%0127axh-_\\~ ";
        int taken = 0;
        for (int i = 0; i < 200_000; i++) {
            var text = new StringBuilder(random.nextBoolean() ? "ws://" : "wss://h.example");
            for (int n = random.nextInt(10); n > 0; n--) {
                text.append(pieces.charAt(random.nextInt(pieces.length())));
            }
            var url = BackendUrl.parse(text.toString());
            if (url.isPresent()) {
                taken++;
                BackendUrl once = url.get();
                assertThat(BackendUrl.parse(once.origin() + once.path())).contains(once);
                assertThat(once.host()).isNotEmpty().doesNotContainAnyWhitespaces();
                assertThat(once.path()).startsWith("/").doesNotContain("#", " ");
            }
        }
        assertThat(taken).isGreaterThan(1_000);
    }

    @Test
    void aTokenIsNeverInWords() {
        var relay = new Backend.Relay("wss://h.example/v1?key=hush", "s3cret", 1, false);
        assertThat(relay.toString()).contains("h.example").doesNotContain("s3cret", "hush");
        assertThatThrownBy(() -> new Backend.Relay("ws://h.example", "a\r\nb", 0, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backend.Relay("ws://h.example", "", 4, false))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
