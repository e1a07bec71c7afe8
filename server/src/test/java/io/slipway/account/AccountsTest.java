package io.slipway.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.account.credentials.Tokens;
import io.slipway.http.HttpConfig;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class AccountsTest {

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-08-01T00:00:00Z"));

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private final HttpClient client = HttpClient.newHttpClient();
    private Database database;
    private Edge edge;
    private int port;

    @BeforeEach
    void open() {
        database = engine.open(folder);
        var config =
                new HttpConfig("127.0.0.1", 0, List.of(), "", Duration.ofSeconds(30), 0, 65_536);
        edge = new Edge(config, CLOCK, fault -> null);
        var accounts = new Accounts(database, CLOCK, () -> null);
        edge.route(
                RouteScope.READ,
                "GET",
                "/who",
                request -> Response.ok(accounts.authenticate(request)));
        edge.route(
                RouteScope.ALL,
                "POST",
                "/who",
                request -> Response.ok(accounts.authenticate(request)));
        port = edge.start();
    }

    @AfterEach
    void close() {
        edge.close();
        database.close();
        client.close();
    }

    @Test
    void aLoginTokenIdentifiesItsAccount() throws Exception {
        var login = TestAccounts.login(database, CLOCK, "小明", true);
        var answer = call("GET", Map.of("Authorization", login.authorization()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"username\":\"小明\"", login.caller().accountId());
    }

    @Test
    void anythingElseIsNotSignedIn() throws Exception {
        TestAccounts.login(database, CLOCK, "a", true);
        for (String token : List.of("", "x", "slt_", Tokens.make("slt_"), Tokens.make("slk_"))) {
            var answer = call("GET", Map.of("Authorization", "Bearer " + token));
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("\"code\":401", "未登录");
        }
        assertThat(call("GET", Map.of()).statusCode()).isEqualTo(401);
    }

    @Test
    void aCookieNeedsTheHeaderAndTheOriginToChangeSomething() throws Exception {
        var login = TestAccounts.login(database, CLOCK, "a", true);
        var cookie = Map.entry("Cookie", "other=1; slipway_login=" + login.token());
        var header = Map.entry("X-Slipway-Console", "1");
        var origin = Map.entry("Origin", "http://127.0.0.1:" + port);
        var foreign = Map.entry("Origin", "http://evil.example");
        assertThat(call("GET", Map.ofEntries(cookie)).statusCode()).isEqualTo(200);
        assertThat(call("POST", Map.ofEntries(cookie, header, origin)).statusCode()).isEqualTo(200);
        assertThat(call("POST", Map.ofEntries(cookie)).statusCode()).isEqualTo(403);
        assertThat(call("POST", Map.ofEntries(cookie, origin)).statusCode()).isEqualTo(403);
        assertThat(call("POST", Map.ofEntries(cookie, header)).statusCode()).isEqualTo(403);
        assertThat(call("POST", Map.ofEntries(cookie, header, foreign)).statusCode())
                .isEqualTo(403);
    }

    @Test
    void aCookieIsFoundAmongBrokenOnesAndTheFirstOfItsNameCounts() throws Exception {
        String token = TestAccounts.login(database, CLOCK, "a", true).token();
        var headers =
                Map.of(
                        "slipway_login=" + token + "; slipway_login=other",
                        200,
                        "slipway_login=other; slipway_login=" + token,
                        401,
                        "a; =b; ;c=\"d; e f=g h, i; slipway_login=" + token,
                        200,
                        "a=b;slipway_login=" + token + ";",
                        200,
                        "Slipway_Login=" + token,
                        401,
                        "slipway_login",
                        401,
                        "slipway_login=",
                        401,
                        "",
                        401);
        for (var header : headers.entrySet()) {
            assertThat(call("GET", Map.of("Cookie", header.getKey())).statusCode())
                    .as(header.getKey())
                    .isEqualTo(header.getValue());
        }
        // Any value: a browser sent it, perhaps for another site.
        for (String value : List.of("", "a b", "a,b")) {
            assertThat(call("POST", Map.of("Cookie", "slipway_login=" + value)).statusCode())
                    .as(value)
                    .isEqualTo(403);
        }
    }

    @Test
    void auditIsWrittenWithTheChangeOrNotAtAll() {
        var audit = new Audit(database, new Ids(CLOCK), CLOCK);
        var caller = TestAccounts.login(database, CLOCK, "a", true).caller();
        database.run(
                Plane.CONSOLE, tx -> audit.record(tx, caller, "agent.create", "1", "x".repeat(9)));
        try {
            database.run(
                    Plane.CONSOLE,
                    tx -> {
                        audit.record(tx, caller, "agent.create", "2", "");
                        throw new IllegalArgumentException();
                    });
        } catch (IllegalArgumentException expected) {
            // Undone.
        }
        database.run(
                Plane.CONSOLE,
                tx -> audit.record(tx, caller, "agent.delete", "1", "😀".repeat(2_000)));
        assertThat(audit.list(AuditQuery.ANY, Long.MAX_VALUE, 10))
                .extracting(AuditEntry::action)
                .containsExactly("agent.delete", "agent.create");
        assertThat(audit.list(wanted(caller.accountId(), "agent.create", "1"), Long.MAX_VALUE, 10))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.address()).isEqualTo("127.0.0.1");
                    assertThat(entry.at()).isEqualTo(CLOCK.millis());
                });
        assertThat(audit.list(wanted("nobody", null, null), Long.MAX_VALUE, 10)).isEmpty();
    }

    private HttpResponse<String> call(String method, Map<String, String> headers) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/who"))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static AuditQuery wanted(String accountId, String action, String subject) {
        return new AuditQuery(
                accountId, null, action, subject, AuditQuery.ANY.since(), AuditQuery.ANY.until());
    }
}
