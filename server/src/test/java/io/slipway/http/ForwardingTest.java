package io.slipway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Effort;
import io.slipway.protocol.WireUrl;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardingTest {

    private static final String PROXY = "10.0.0.9";
    private static final HttpConfig CONFIG =
            new HttpConfig(
                    "0.0.0.0",
                    0,
                    List.of(Cidr.parse("10.0.0.0/8").orElseThrow()),
                    "",
                    Duration.ofSeconds(30),
                    0,
                    65_536);

    private static MultiMap headers(String lines) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (String line : lines.isEmpty() ? new String[0] : lines.split("\\|")) {
            String[] parts = line.strip().split(": ?", 2);
            headers.add(parts[0], parts[1].replace('\'', '"'));
        }
        return headers;
    }

    private static Peer peer(String from, String host, MultiMap headers) {
        return Peer.of(CONFIG, from, Peer.Preamble.NONE, "http", host, Forwarding.of(headers));
    }

    // Lines of headers are separated by |, and ' stands for ".
    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '^',
            textBlock =
                    """
                    # Host         @ headers                                         @ what was called
                    h.example      @ ^^                                                      @ http://h.example
                    h.example:8080 @ ^^                                                      @ http://h.example:8080
                    h.example      @ X-Forwarded-Proto: https                                @ https://h.example
                    h.example      @ X-Forwarded-Proto: HTTPS, http                          @ https://h.example
                    h.example      @ X-Forwarded-Proto: wss                                  @ https://h.example
                    h.example      @ X-Forwarded-Proto: nonsense                             @ http://h.example
                    h.example      @ X-Forwarded-Port: 8443                                  @ http://h.example:8443
                    h.example      @ X-Forwarded-Port: 8443 | X-Forwarded-Proto: https       @ https://h.example:8443
                    h.example      @ X-Forwarded-Port: 443 | X-Forwarded-Proto: https        @ https://h.example
                    h.example      @ X-Forwarded-Port: 443                                   @ https://h.example
                    h.example      @ X-Forwarded-Port: 80                                    @ http://h.example
                    h.example      @ X-Forwarded-Port: 80 | X-Forwarded-Proto: https         @ https://h.example
                    h.example      @ X-Forwarded-Port: 8443, 8080                            @ http://h.example:8443
                    h.example:81   @ X-Forwarded-Port: 8443                                  @ http://h.example:81
                    h.example      @ X-Forwarded-Port: 0                                     @ http://h.example
                    h.example      @ X-Forwarded-Port: 65536                                 @ http://h.example
                    h.example      @ X-Forwarded-Port: 08080                                 @ http://h.example:8080
                    h.example      @ X-Forwarded-Port: x                                     @ http://h.example
                    127.0.0.1:8080 @ X-Forwarded-Host: h.example                             @ http://h.example
                    127.0.0.1:8080 @ X-Forwarded-Host: h.example:82, inner                   @ http://h.example:82
                    127.0.0.1:8080 @ X-Forwarded-Host: h.example | X-Forwarded-Port: 82      @ http://h.example:82
                    h.example      @ X-Forwarded-Host: a b                                   @ ^^
                    127.0.0.1:8080 @ Forwarded: host=h.example;proto=https                   @ https://h.example
                    127.0.0.1:8080 @ Forwarded: Proto=HTTPS;HOST='h.example:8443'            @ https://h.example:8443
                    h.example      @ Forwarded: for=192.0.2.1;proto=https                    @ https://h.example
                    h.example      @ Forwarded: for=192.0.2.1;;proto=https,                  @ https://h.example
                    h.example      @ Forwarded: for=1.1.1.1;host=evil, for=192.0.2.1;host=good @ http://good
                    h.example      @ Forwarded: for=192.0.2.1;host=good, for=10.0.0.8;host=in @ http://good
                    h.example      @ Forwarded: for=192.0.2.1, for=10.0.0.8;host=in          @ http://in
                    h.example      @ Forwarded: for=192.0.2.1;host=good | Forwarded: for=10.0.0.8 @ http://good
                    h.example      @ Forwarded: host='a,b;c'                                 @ ^^
                    h.example      @ Forwarded: host='bro\\'ken                              @ http://h.example
                    h.example      @ Forwarded: host=a b;proto=https                         @ http://h.example
                    h.example      @ Forwarded: nonsense                                     @ http://h.example
                    h.example      @ Forwarded: host=x | X-Forwarded-For: 192.0.2.1          @ http://h.example
                    h.example      @ Forwarded: host=x | X-Forwarded-Proto: https            @ https://h.example
                    h.example      @ Via: 1.1 x                                              @ http://h.example
                    [::1]:8080     @ X-Forwarded-Port: 8443                                  @ ^^
                    """)
    void whatWasCalled(String host, String lines, String expected) {
        assertThat(peer(PROXY, host, headers(lines)).called()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '/',
            quoteCharacter = '^',
            textBlock =
                    """
                    X-Forwarded-For: 192.0.2.1                              / 192.0.2.1
                    X-Forwarded-For: 6.6.6.6, 192.0.2.1                     / 192.0.2.1
                    X-Forwarded-For: 6.6.6.6 | X-Forwarded-For: 192.0.2.1   / 192.0.2.1
                    X-Forwarded-For: 192.0.2.1, 10.0.0.8                    / 192.0.2.1
                    X-Forwarded-For: 10.0.0.7, 10.0.0.8                     / 10.0.0.7
                    X-Forwarded-For: 192.0.2.1, unknown                     / via 10.0.0.9
                    X-Forwarded-For:                                        / via 10.0.0.9
                    X-Forwarded-Proto: https                                / via 10.0.0.9
                    Forwarded: for=192.0.2.1                                / 192.0.2.1
                    Forwarded: for='192.0.2.1:4711'                         / 192.0.2.1
                    Forwarded: For='[2001:db8::1]:4711';by=x                / 2001:db8::1
                    Forwarded: for='[2001:db8::1]'                          / 2001:db8::1
                    Forwarded: for=6.6.6.6, for=192.0.2.1, for=10.0.0.8     / 192.0.2.1
                    Forwarded: for=6.6.6.6 | Forwarded: for=192.0.2.1       / 192.0.2.1
                    Forwarded: for=192.0.2.1, for=_hidden                   / via 10.0.0.9
                    Forwarded: for=192.0.2.1, for=unknown                   / via 10.0.0.9
                    Forwarded: for=192.0.2.1, proto=https                   / via 10.0.0.9
                    Forwarded: for='[2001                                   / via 10.0.0.9
                    Forwarded: for='[2001'                                  / via 10.0.0.9
                    Forwarded: for=6.6.6.6 | X-Forwarded-For: 192.0.2.1     / 192.0.2.1
                    Forwarded: for=6.6.6.6 | X-Forwarded-Proto: https       / via 10.0.0.9
                    Via: 1.1 x                                              / via 10.0.0.9
                    """)
    void whoCalled(String lines, String expected) {
        assertThat(peer(PROXY, "h.example", headers(lines)).origin()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Port: 8443",
                "X-Forwarded-Host: x",
                "X-Forwarded-Proto: https",
                "X-Forwarded-For: 6.6.6.6",
                "Forwarded: for=6.6.6.6;host=x;proto=https",
            })
    void headersOfOthersOnlyShowThatThereIsAProxy(String line) {
        Peer peer = peer("192.0.2.7", "h.example", headers(line));
        assertThat(peer.called()).isEqualTo("http://h.example");
        assertThat(peer.origin()).isEqualTo("via 192.0.2.7");
        assertThat(peer.claimed()).isEqualTo(line.contains("6.6.6.6") ? "6.6.6.6" : "");
    }

    @Test
    void withoutSuchHeadersNothingIsMade() {
        MultiMap headers = headers("Host: h.example | Device-Id: d4:06:06:b6:a9:fa");
        assertThat(Forwarding.of(headers)).isNull();
    }

    /** Whatever a browser calls, and by whichever custom its proxies report it. */
    @Test
    void proxiesThatReportWhatWasCalledAreUnderstood() {
        var random = new Random(17);
        for (int i = 0; i < Effort.of(5_000, 200_000); i++) {
            boolean tls = random.nextBoolean();
            int usual = tls ? 443 : 80;
            int port = random.nextInt(3) == 0 ? usual : 1 + random.nextInt(65_535);
            String scheme = tls ? "https" : "http";
            String name = "h" + random.nextInt(100) + ".example";
            // As browsers and devices write it.
            String host = port == usual ? name : name + ":" + port;
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            String sent =
                    switch (random.nextInt(4)) {
                        case 0 -> {
                            headers.add("X-Forwarded-Proto", scheme);
                            yield host;
                        }
                        case 1 -> {
                            headers.add("X-Forwarded-Proto", scheme);
                            headers.add("X-Forwarded-Port", "" + port);
                            yield random.nextBoolean() ? name : host;
                        }
                        case 2 -> {
                            headers.add("X-Forwarded-Proto", scheme);
                            headers.add("X-Forwarded-Host", host);
                            yield "127.0.0.1:8080";
                        }
                        default -> {
                            String inner = random.nextBoolean() ? ", for=10.0.0.3;proto=http" : "";
                            String made = random.nextBoolean() ? "for=6.6.6.6;host=evil," : "";
                            String own = "for=192.0.2.1;host=\"" + host + "\";proto=" + scheme;
                            headers.add("Forwarded", made + own + inner);
                            yield "127.0.0.1:8080";
                        }
                    };
            assertThat(peer(PROXY, sent, headers).called()).isEqualTo(scheme + "://" + host);
        }
    }

    /** Whatever is in these headers: an answer to a device is usable, or has no address. */
    @Test
    void nonsenseMakesNoAddressThatADeviceCannotUse() {
        var random = new Random(18);
        Supplier<String> text =
                () -> {
                    String letters = "aF1 :;,=\"\\[]._-/@%9é";
                    var made = new StringBuilder(random.nextInt(4) == 0 ? "for=1.2.3.4;host=" : "");
                    for (int n = random.nextInt(12); n > 0; n--) {
                        made.append(letters.charAt(random.nextInt(letters.length())));
                    }
                    return made.toString();
                };
        List<String> names =
                List.of(
                        "X-Forwarded-For",
                        "X-Forwarded-Proto",
                        "X-Forwarded-Host",
                        "X-Forwarded-Port",
                        "Forwarded");
        for (int i = 0; i < Effort.of(20_000, 1_000_000); i++) {
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            for (int n = random.nextInt(4); n >= 0; n--) {
                headers.add(names.get(random.nextInt(names.size())), text.get());
            }
            Peer peer = peer(PROXY, random.nextBoolean() ? "h.example" : text.get(), headers);
            if (!peer.called().isEmpty()) {
                assertThat(WireUrl.isDownload(peer.called())).as(headers.toString()).isTrue();
            }
            assertThat(Cidr.address(peer.address())).as(headers.toString()).isPresent();
        }
    }
}
