package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Effort;
import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.http.Json;
import io.slipway.http.ListedRoute;
import io.slipway.http.RawClient;
import io.slipway.http.RouteScope;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every registered route, also those to come, called by everybody who must get nothing from it:
 * without a login, with the key of somebody else, with one that is not valid or not sufficient,
 * from another site's page, and with names and cursors that are none.
 */
@ParameterizedClass
@EnumSource(TestEngine.class)
class EveryRouteTest {

    /** Values for names in paths and for queries, escaped. */
    private static final List<String> JUNK =
            List.of(
                    "%00",
                    "a%00b",
                    "%FF%FE",
                    "-1",
                    "0",
                    "99999999999999999999",
                    "9223372036854775807",
                    "-9223372036854775808",
                    "%F0%9F%98%80%E5%AE%A2%E5%8E%85",
                    "..%2F..%2Fetc%2Fpasswd",
                    "%2e%2e",
                    "..",
                    "%27%20OR%201%3D1--",
                    "%25%5F",
                    "%0D%0AX%3A%20y",
                    "%ED%A0%80",
                    "null",
                    "d4%3A06%3A06%3A00%3A00%3A07",
                    "0".repeat(32),
                    "f".repeat(32),
                    "1".repeat(18),
                    "x".repeat(1200),
                    "1".repeat(1200));

    private static final String JSON = "application/json";

    /** 400 and 403 before the object is looked for, 404 for another's. */
    private static final Set<Integer> REFUSED = Set.of(400, 403, 404);

    /** Answers without JSON, when they succeed. */
    private static final Set<String> OTHER_FORMS =
            Set.of("/v1/audit/export", "/xiaozhi/user/captcha", "/", "/v1/live");

    private final List<String> wrong = new ArrayList<>();
    @TempDir private Path folder;
    @Parameter private TestEngine engine;
    private TestServer server;
    private Contract contract;
    private Person admin;
    private OwnersThings things;
    private Person stranger;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder, "webhooks.private", "on");
        contract = new Contract(Person.json(server.call("GET", "/openapi.json", new byte[0])));
        admin = Person.register(server, "admin");
        things = new OwnersThings(server);
        stranger = Person.register(server, "stranger");
    }

    @AfterEach
    void stop() {
        things.close();
        server.close();
        assertThat(wrong).isEmpty();
    }

    // ------------------------------------------------------------ calls

    private List<ListedRoute> routes(boolean open) {
        return server.routes().stream()
                .filter(route -> route.kind() == ListedRoute.RouteKind.CONSOLE)
                .filter(route -> (route.scope() == RouteScope.OPEN) == open)
                .toList();
    }

    private String key(Person by, String scope) {
        String body = "{\"name\":\"k\",\"scope\":\"%s\"}".formatted(scope);
        return by.ok("POST", "/v1/api-keys", body).path("key").asText();
    }

    /** The body that the document gives as an example. */
    private String example(ListedRoute route) {
        for (Contract.Operation each : contract.operations) {
            if (each.method().equals(route.method()) && each.path().equals(route.path())) {
                JsonNode example = each.node().at("/requestBody/content/application~1json/example");
                return example.isMissingNode() ? "" : example.toString();
            }
        }
        return "";
    }

    private static String named(ListedRoute route, String value) {
        return route.path().replaceAll("\\{\\w+}", java.util.regex.Matcher.quoteReplacement(value));
    }

    private static String name(ListedRoute route) {
        return route.method() + " " + route.path() + " ";
    }

    private static String nobodys(ListedRoute route) {
        return named(route, "0".repeat(32));
    }

    private HttpResponse<String> call(
            ListedRoute route, String path, String body, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/json", "Accept-Language", "en"));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var answer = server.call(route.method(), path, bytes, all.toArray(new String[0]));
        String what = route.method() + " " + shortened(path);
        int status = answer.statusCode();
        boolean json = answer.headers().firstValue("Content-Type").orElse("").startsWith(JSON);
        expect(status >= 200 && status < 500, what, answer);
        if (status >= 400) {
            expect(json, what + " is not in JSON", answer);
            JsonNode problem = json ? Person.json(answer) : Json.object();
            expect(problem.path("code").asInt() == status, what + " has another code", answer);
            expect(!problem.path("msg").asText().isBlank(), what + " has no text", answer);
        } else if (status == 200 && !OTHER_FORMS.contains(route.path())) {
            expect(json, what + " is not in JSON", answer);
        }
        return answer;
    }

    /** Noted and reported at the end, so that all are seen at once. */
    private void expect(boolean good, String what, HttpResponse<String> answer) {
        if (!good) {
            wrong.add(what + " -> " + answer.statusCode() + " " + shortened(answer.body()));
        }
    }

    private static String shortened(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    private void everywhere(int status, String... headers) {
        assertThat(routes(false)).hasSizeGreaterThan(100);
        for (ListedRoute route : routes(false)) {
            var answer = call(route, nobodys(route), example(route), headers);
            expect(answer.statusCode() == status, name(route), answer);
        }
    }

    // ------------------------------------------------------------ who calls

    @Test
    void nothingIsAnsweredWithoutALogin() {
        everywhere(401);
        everywhere(401, "Authorization", "Bearer slk_" + "x".repeat(43));
        everywhere(
                401,
                "Cookie",
                "slipway_login=slt_" + "x".repeat(43),
                "X-Slipway-Console",
                "1",
                "Origin",
                server.base());
        for (ListedRoute route : routes(true)) {
            if (!route.path().equals("/xiaozhi/user/register")) {
                var answer = call(route, nobodys(route), example(route));
                hidden(route.path(), answer);
            }
        }
    }

    @Test
    void aKeyIsNothingOnceItIsRevokedOrItsAccountDisabledOrDeleted() {
        var keys = stranger.ok("POST", "/v1/api-keys", "{\"name\":\"k\"}");
        stranger.ok("DELETE", "/v1/api-keys/" + keys.path("id").asText(), "");
        everywhere(401, "Authorization", "Bearer " + keys.path("key").asText());
        String key = key(stranger, "all");
        String id = stranger.ok("GET", "/xiaozhi/user/info", "").path("id").asText();
        admin.ok("PUT", "/v1/users/" + id, "{\"disabled\":true}");
        everywhere(401, "Authorization", "Bearer " + key);
        everywhere(401, "Authorization", "Bearer " + stranger.token);
        admin.ok("DELETE", "/v1/users/" + id, "");
        everywhere(401, "Authorization", "Bearer " + key);
    }

    @Test
    void aKeyIsRefusedExactlyWhereItsScopeDoesNotSuffice() {
        var suffices =
                Map.of(
                        "read", Set.of(RouteScope.READ),
                        "devices", Set.of(RouteScope.READ, RouteScope.DEVICES),
                        "firmware", Set.of(RouteScope.READ, RouteScope.FIRMWARE),
                        "all",
                                Set.of(
                                        RouteScope.READ,
                                        RouteScope.DEVICES,
                                        RouteScope.FIRMWARE,
                                        RouteScope.ALL));
        suffices.forEach((scope, those) -> {
            String key = "Bearer " + key(stranger, scope);
            for (ListedRoute route : routes(false)) {
                if (route.path().equals("/v1/live")) {
                    continue;
                }
                var answer = call(route, nobodys(route), "", "Authorization", key);
                String what = scope + ": " + name(route);
                boolean refused =
                        answer.statusCode() == 403
                                && answer.body().matches("(?s).*(scope of this API key|log in).*");
                assertThat(refused)
                        .as(what + answer.body())
                        .isEqualTo(!those.contains(route.scope()));
            }
        });
    }

    @Test
    void aCookieChangesNothingForAnotherSite() {
        String cookie = "slipway_login=" + admin.token;
        for (ListedRoute route : server.routes()) {
            boolean unsafe =
                    route.kind() == ListedRoute.RouteKind.CONSOLE
                            && !route.method().equals("GET")
                            && route.scope() != RouteScope.OPEN;
            if (!unsafe) {
                continue;
            }
            for (List<String> more :
                    List.of(
                            List.<String>of(),
                            List.of("X-Slipway-Console", "1"),
                            List.of("Origin", server.base()),
                            List.of("X-Slipway-Console", "1", "Origin", "https://evil.example"),
                            List.of("X-Slipway-Console", "1", "Origin", "null"))) {
                var headers = new ArrayList<>(List.of("Cookie", cookie));
                headers.addAll(more);
                String[] all = headers.toArray(new String[0]);
                var answer = call(route, nobodys(route), example(route), all);
                boolean refused = answer.body().contains("X-Slipway-Console");
                expect(answer.statusCode() == 403 && refused, name(route) + more, answer);
            }
        }
        assertThat(admin.ok("GET", "/xiaozhi/user/info", "").path("username").asText())
                .isEqualTo("admin");
    }

    // ------------------------------------------------------------ whose things

    /** Fails if an answer contains what only the owner may see and the call did not name. */
    private void hidden(String path, HttpResponse<String> answer) {
        for (String secret : things.secrets()) {
            if (!path.contains(secret)) {
                expect(!answer.body().contains(secret), path + " shows " + secret, answer);
            }
        }
    }

    @Test
    void nobodySeesOrChangesWhatIsAnothersByNamingIt() {
        var before = things.state();
        var callers = List.of(key(stranger, "all"), stranger.token);
        for (ListedRoute route : routes(false)) {
            if (OTHER_FORMS.contains(route.path())
                    || route.path().startsWith("/xiaozhi/user/")
                    || route.path().equals("/v1/session")) {
                continue;
            }
            for (String caller : callers) {
                for (String path : things.paths(route)) {
                    String body = things.body(route, example(route));
                    var answer = call(route, path, body, "Authorization", "Bearer " + caller);
                    expect(REFUSED.contains(answer.statusCode()), name(route) + path, answer);
                    hidden(path + body, answer);
                }
                listed(route, caller);
            }
        }
        assertThat(things.state()).isEqualTo(before);
    }

    private void listed(ListedRoute route, String caller) {
        if (route.path().contains("{")) {
            return;
        }
        String body = things.body(route, "");
        if (!route.method().equals("GET") && body.isEmpty()) {
            return;
        }
        var paths = new LinkedHashSet<>(List.of(route.path()));
        if (route.method().equals("GET")) {
            things.filtered(route).forEach(query -> paths.add(route.path() + query));
            String cursor = things.cursor(route, route.path());
            if (!cursor.isEmpty()) {
                String escaped =
                        java.net.URLEncoder.encode(cursor, StandardCharsets.UTF_8)
                                .replace("+", "%20");
                paths.add(route.path() + "?limit=100&cursor=" + escaped);
            }
        }
        for (String path : paths) {
            hidden(path + body, call(route, path, body, "Authorization", "Bearer " + caller));
        }
    }

    // ------------------------------------------------------------ junk

    @Test
    void junkInPathsAndQueriesIsAnsweredWithAnErrorOrNothing() {
        var before = things.state();
        int calls = 0;
        for (ListedRoute route : server.routes()) {
            if (route.kind() != ListedRoute.RouteKind.CONSOLE || route.path().equals("/v1/live")) {
                continue;
            }
            boolean ends = route.path().matches("/xiaozhi/user/.*|/v1/session|/v1/console/log.*");
            for (String junk : JUNK) {
                if (route.path().contains("{")) {
                    String path = named(route, junk);
                    String body = example(route);
                    hidden(path + body, call(route, path, body, bearer(stranger)));
                    call(route, path, body, bearer(admin));
                }
                for (String name : queries(route)) {
                    String start = things.paths(route).stream().findFirst().orElse(route.path());
                    String path = start + "?" + name + "=" + junk;
                    if (ends) {
                        call(route, path, "");
                        continue;
                    }
                    for (Person caller : callers(calls++)) {
                        var answer = call(route, path, "", bearer(caller));
                        if (caller == stranger) {
                            hidden(path, answer);
                        }
                    }
                }
            }
        }
        assertThat(things.state()).isEqualTo(before);
    }

    /** All three; in the short run one after the other. */
    private List<Person> callers(int call) {
        var all = List.of(stranger, admin, things.owner);
        return Effort.all() ? all : List.of(all.get(call % all.size()));
    }

    private static String[] bearer(Person person) {
        return new String[] {"Authorization", "Bearer " + person.token};
    }

    private List<String> queries(ListedRoute route) {
        for (Contract.Operation each : contract.operations) {
            if (each.method().equals(route.method()) && each.path().equals(route.path())) {
                return contract.parameters(each, "query");
            }
        }
        return List.of();
    }

    /** What no client of ours sends, because it is not a URL. */
    @Test
    void pathsThatAreNoneAreAnswered() throws IOException {
        for (String path :
                List.of(
                        "/v1/devices/%",
                        "/v1/devices/%zz",
                        "/v1/devices?cursor=%",
                        "/v1/devices/\u00ff",
                        "/v1/builds/%c0%af",
                        "/v1/../../etc/passwd",
                        "/v1/firmware/%00/x/1.bin",
                        "/v1/firmware/..%2f..%2fsecret.key/x/1.bin")) {
            try (var client = new RawClient(server.port())) {
                client.get(path, "Authorization: Bearer " + stranger.token);
                assertThat(client.head().status()).as(path).isBetween(200, 499);
            }
        }
    }
}
