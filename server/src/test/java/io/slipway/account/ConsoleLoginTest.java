package io.slipway.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Login and logout of the web UI. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ConsoleLoginTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Node node;

    @BeforeEach
    void start() {
        node = new Node(engine, folder).start();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Map<String, String> page(String cookie) {
        var headers = new HashMap<>(Map.of("X-Slipway-Console", "1", "Origin", node.base()));
        if (!cookie.isEmpty()) {
            headers.put("Cookie", cookie);
        }
        return headers;
    }

    private String login(String name, String password) {
        var login =
                node.call("POST", "/v1/console/login", Node.credentials(name, password), page(""));
        assertThat(login.status()).isEqualTo(200);
        return cookie(login);
    }

    private static String cookie(Node.Answer answer) {
        String set = answer.raw().headers().firstValue("Set-Cookie").orElseThrow();
        return set.substring(0, set.indexOf(';'));
    }

    private int whoAmI(String cookie) {
        return node.call("GET", "/xiaozhi/user/info", "", Map.of("Cookie", cookie)).status();
    }

    private JsonNode begin(Map<String, String> headers) {
        var answer = node.call("GET", "/v1/console/start", "", headers);
        assertThat(answer.status()).isEqualTo(200);
        return answer.data();
    }

    @Test
    void theFirstUserIsToldWhatToDo() {
        JsonNode here = begin(Map.of());
        assertThat(here.path("unclaimed").asBoolean()).isTrue();
        assertThat(here.path("registration").asText()).isEqualTo("open");
        assertThat(here.path("version").asText()).isEqualTo("1.2.3");
        assertThat(here.path("publicUrl").asText()).isEqualTo("https://voice.example");
        assertThat(here.path("captcha").asBoolean(true)).isFalse();
        assertThat(here.has("user")).isTrue();
        assertThat(here.path("user").isNull()).isTrue();
        assertThat(here.toString()).doesNotContain(Node.SETUP);
        node.register("alice", "a password");
        JsonNode later = begin(Map.of());
        assertThat(later.path("unclaimed").asBoolean(true)).isFalse();
    }

    @Test
    void closedRegistrationIsOpenUntilSomebodyIsThere() {
        node.close();
        node = new Node(engine, folder, Node.config(true, false, 20)).start();
        JsonNode first = begin(Map.of());
        assertThat(first.path("captcha").asBoolean()).isTrue();
        assertThat(first.path("registration").asText()).isEqualTo("open");
        TestAccounts.login(node.database, node.now::get, "somebody", true);
        assertThat(begin(Map.of()).path("registration").asText()).isEqualTo("closed");
    }

    @Test
    void theTokenIsInTheCookieAlone() {
        node.register("alice", "a password");
        var answer =
                node.call(
                        "POST",
                        "/v1/console/login",
                        Node.credentials("alice", "a password"),
                        page(""));
        JsonNode user = answer.data().path("user");
        assertThat(user.path("username").asText()).isEqualTo("alice");
        assertThat(user.path("role").asText()).isEqualTo("admin");
        assertThat(answer.json().toString()).doesNotContain("slt_");
        assertThat(answer.raw().headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("slipway_login=slt_")
                .contains("; Path=/", "; HttpOnly", "; SameSite=Strict", "; Max-Age=43200")
                .doesNotContain("Secure", "Domain");
        JsonNode start = begin(Map.of("Cookie", cookie(answer)));
        assertThat(start.at("/user/id")).isEqualTo(user.path("id"));
        assertThat(start.toString()).doesNotContain("slt_");
        var audit = node.call("GET", "/v1/audit?action=user.login", "", page(cookie(answer)));
        assertThat(audit.data()).hasSize(1);
    }

    @Test
    void whoRegistersOnThePageIsLoggedIn() {
        String body = Node.registration("alice", "a password");
        assertThat(node.call("POST", "/v1/console/register", body).status()).isEqualTo(403);
        var answer = node.call("POST", "/v1/console/register", body, page(""));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.data().at("/user/role").asText()).isEqualTo("admin");
        assertThat(answer.json().toString()).doesNotContain("slt_");
        assertThat(whoAmI(cookie(answer))).isEqualTo(200);
        assertThat(node.call("POST", "/v1/console/register", body, page("")).status())
                .isEqualTo(409);
    }

    @Test
    void onHttpsTheCookieStaysThere() {
        node.register("alice", "a password");
        var headers = page("");
        headers.put("Origin", node.base().replace("http:", "https:"));
        var answer =
                node.call(
                        "POST",
                        "/v1/console/login",
                        Node.credentials("alice", "a password"),
                        headers);
        assertThat(answer.raw().headers().firstValue("Set-Cookie").orElseThrow())
                .endsWith("; Secure");
    }

    @Test
    void anotherSiteCanNeitherLogInNorActNorLogOut() {
        node.register("alice", "a password");
        String cookie = login("alice", "a password");
        for (String path : new String[] {"/v1/console/login", "/v1/console/logout"}) {
            for (String missing : new String[] {"X-Slipway-Console", "Origin"}) {
                var headers = page(cookie);
                headers.remove(missing);
                String body = Node.credentials("alice", "a password");
                assertThat(node.call("POST", path, body, headers).status())
                        .as(path + " without " + missing)
                        .isEqualTo(403);
            }
            var foreign = page(cookie);
            foreign.put("Origin", "https://evil.example");
            assertThat(node.call("POST", path, "{}", foreign).status()).isEqualTo(403);
        }
        var bare = Map.of("Cookie", cookie);
        assertThat(node.call("POST", "/v1/api-keys", "{\"name\":\"x\"}", bare).status())
                .isEqualTo(403);
        assertThat(node.call("POST", "/v1/api-keys", "{\"name\":\"x\"}", page(cookie)).status())
                .isEqualTo(200);
        assertThat(whoAmI(cookie)).isEqualTo(200);
    }

    @Test
    void loggingOutIsPermanentAndTwiceIsNoError() {
        node.register("alice", "a password");
        String cookie = login("alice", "a password");
        var out = node.call("POST", "/v1/console/logout", "", page(cookie));
        assertThat(out.status()).isEqualTo(200);
        assertThat(out.raw().headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("slipway_login=;")
                .contains("Max-Age=0");
        assertThat(whoAmI(cookie)).isEqualTo(401);
        assertThat(begin(Map.of("Cookie", cookie)).path("user").isNull()).isTrue();
        assertThat(node.call("POST", "/v1/console/logout", "", page(cookie)).status())
                .isEqualTo(200);
        assertThat(node.call("POST", "/v1/console/logout", "", page("")).status()).isEqualTo(200);
    }

    @Test
    void itEndsAsATokenDoes() {
        node.register("alice", "a password");
        node.register("bob", "a password");
        String admin = node.token("alice", "a password");
        String bob = node.login("bob", "a password").data().get("token").asText();
        String cookie = login("bob", "a password");
        String change = "{\"oldPassword\":\"a password\",\"newPassword\":\"another one\"}";
        assertThat(node.as(bob, "PUT", "/xiaozhi/user/password", change).status()).isEqualTo(200);
        assertThat(whoAmI(cookie)).as("after a change of password elsewhere").isEqualTo(401);
        cookie = login("bob", "another one");
        String id =
                node.call("GET", "/xiaozhi/user/info", "", Map.of("Cookie", cookie))
                        .data()
                        .get("id")
                        .asText();
        node.as(admin, "PUT", "/v1/users/" + id, "{\"disabled\":true}");
        assertThat(whoAmI(cookie)).as("while disabled").isEqualTo(401);
        node.as(admin, "PUT", "/v1/users/" + id, "{\"disabled\":false}");
        cookie = login("bob", "another one");
        node.pass(Duration.ofSeconds(43_199));
        assertThat(whoAmI(cookie)).isEqualTo(200);
        node.pass(Duration.ofSeconds(1));
        assertThat(whoAmI(cookie)).as("after 12 h").isEqualTo(401);
    }

    @Test
    void wrongPasswordsAreCountedAsEverywhere() {
        node.register("alice", "a password");
        for (int i = 0; i < Logins.PER_ACCOUNT_AND_ADDRESS; i++) {
            var wrong =
                    node.call(
                            "POST",
                            "/v1/console/login",
                            Node.credentials("alice", "wrong"),
                            page(""));
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(wrong.raw().headers().firstValue("Set-Cookie")).isEmpty();
        }
        assertThat(node.login("alice", "a password").status()).isEqualTo(429);
    }
}
