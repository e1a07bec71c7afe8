package io.slipway.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.HttpConfig;
import io.slipway.reach.Arrival.ForwardingHeader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingsTest {

    private static final List<ForwardingHeader> FOR =
            List.of(new ForwardingHeader("X-Forwarded-For", "192.0.2.1"));

    private static ReachConfig config(String publicUrl, boolean behindProxy) {
        var http =
                new HttpConfig(
                        "0.0.0.0", 8080, List.of(), publicUrl, Duration.ofSeconds(9), 0, 65_536);
        return new ReachConfig(
                http, "", base -> "ws" + base.substring(4), base -> base + "/f/", behindProxy);
    }

    private static List<Finding> direct(String used, String called, String publicUrl) {
        var arrival = new Arrival(used, "h", List.of(), "", true, called, called);
        return Findings.of(arrival, config(publicUrl, false));
    }

    private static List<Finding> proxied(
            String used, String proxy, boolean named, String called, String reported) {
        var arrival = new Arrival(used, "h", FOR, proxy, named, called, reported);
        return Findings.of(arrival, config("", true));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            textBlock =
                    """
                    # browser               called                  public.url              what is found
                    http://192.168.1.5:8080, http://192.168.1.5:8080, '',                    -
                    http://h.example,        http://h.example:80,     '',                    -
                    https://H.example:443,   https://h.example,       '',                    -
                    '',                      http://h.example,        '',                    -
                    https://h.example,       http://h.example,        '',                    address
                    http://h.example:8443,   http://h.example,        '',                    address
                    http://h.example,        http://127.0.0.1:8080,   '',                    address local
                    http://[fd00::1]:8080,   '',                      '',                    unusable
                    http://localhost:8080,   http://localhost:8080,   '',                    local
                    http://127.0.0.1:8080,   http://127.0.0.1:8080,   '',                    local
                    https://192.168.1.5,     https://192.168.1.5,     '',                    certificate
                    https://box,             https://box,             '',                    certificate
                    https://box.local,       https://box.local,       '',                    certificate
                    https://8.8.8.8,         https://8.8.8.8,         '',                    -
                    https://h.example,       http://inner,            https://h.example,     -
                    https://h.example,       https://h.example,       https://other.example, public-url
                    '',                      http://h.example,        https://h.example,     public-url
                    '',                      '',                      https://h.example,     -
                    http://localhost:8080,   http://localhost:8080,   http://localhost:8080, local
                    https://box,             http://box,              https://box,           certificate
                    """)
    void addressesAreCompared(String used, String called, String publicUrl, String kinds) {
        List<Finding> found = direct(used, called, publicUrl);
        assertThat(String.join(" ", found.stream().map(Finding::kind).toList()))
                .isEqualTo(kinds == null ? "" : kinds);
        // Before anybody has set anything up, the address of this machine is only a note.
        for (Finding each : found) {
            boolean note = each.kind().equals("local") && publicUrl.isEmpty();
            assertThat(each.broken()).isEqualTo(!note);
        }
    }

    @Test
    void whatToChangeDependsOnWhatTheProxyReports() {
        String used = "https://h.example:8443";
        // It has told everything, and only has to be named.
        Finding unnamed = proxied(used, "172.17.0.1", false, "http://h.example", used).getFirst();
        assertThat(unnamed.kind()).isEqualTo("address");
        assertThat(unnamed.todo().en()).isEqualTo("Set http.trusted-proxies=172.17.0.1");
        assertThat(unnamed.todo().zh()).contains("http.trusted-proxies=172.17.0.1");

        assertThat(todo(used, "http://h.example")).contains("X-Forwarded-Proto");
        assertThat(todo(used, "https://h.example")).contains("X-Forwarded-Port");
        assertThat(todo(used, "https://backend:8443")).contains("rewrites Host");
        for (String reported : List.of("http://h.example", "https://backend:8443")) {
            assertThat(todo(used, reported)).contains("public.url=" + used);
        }
    }

    private static String todo(String used, String reported) {
        return proxied(used, "", true, reported, reported).getFirst().todo().en();
    }

    @Test
    void theCommandPrintsTheExactUrlsAndWhatIsWrong() {
        String printed = String.join("\n", ReachReport.lines(config("https://box.local", true)));
        assertThat(printed)
                .contains("https://box.local/v1/ota/")
                .contains("wss://box.local")
                .contains("https://box.local/f/")
                .contains("No public authority issues a certificate for box.local")
                .contains("公共 CA 不会为 box.local 签发证书");
        assertThat(String.join("\n", ReachReport.lines(config("", false))))
                .contains("not set")
                .doesNotContain("authority");
    }

    @Test
    void theProxyIsPointedOutToo() {
        String url = "https://h.example";
        List<Finding> unnamed = proxied(url, "10.0.0.1", false, url, url);
        assertThat(unnamed).extracting(Finding::kind).containsExactly("proxy-unnamed");
        List<Finding> silent = proxied(url, "10.0.0.1", true, url, url);
        assertThat(silent).extracting(Finding::kind).containsExactly("client-unreported");
        assertThat(proxied(url, "", true, url, url)).isEmpty();
        var arrival = new Arrival(url, "h", FOR, "", true, url, url);
        List<Finding> downloads = Findings.of(arrival, config("", false));
        assertThat(downloads).extracting(Finding::kind).containsExactly("behind-proxy");
        assertThat(downloads).noneMatch(Finding::broken);
    }
}
