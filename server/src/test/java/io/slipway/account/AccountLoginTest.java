package io.slipway.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import io.slipway.account.credentials.PasswordCost;
import io.slipway.account.credentials.SetupCode;
import io.slipway.http.Problem;
import io.slipway.settings.Settings;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class AccountLoginTest {

    private static final String LOGIN = "/xiaozhi/user/login";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Node node;

    @BeforeEach
    void open() {
        node = new Node(engine, folder).start();
        node.register("alice", "a password");
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aLoginLastsTwelveHours() {
        var login = node.login("Alice", "a password");
        assertThat(login.json().get("code").asInt()).isZero();
        assertThat(login.data().get("expire").asInt()).isEqualTo(43_200);
        assertThat(login.data().get("clientHash").asText()).matches("[0-9a-f]{16}");
        assertThat(node.login("alice", "a password").data().get("clientHash"))
                .isEqualTo(login.data().get("clientHash"));
        String token = login.data().get("token").asText();
        var info = node.as(token, "GET", "/xiaozhi/user/info");
        assertThat(info.data().get("username").asText()).isEqualTo("alice");
        assertThat(info.data().get("admin").asBoolean()).isTrue();
        assertThat(info.data().get("createdAt").asText()).isEqualTo("2026-08-01T00:00:00Z");
        node.pass(Duration.ofSeconds(43_199));
        assertThat(node.as(token, "GET", "/xiaozhi/user/info").status()).isEqualTo(200);
        node.pass(Duration.ofSeconds(1));
        assertThat(node.as(token, "GET", "/xiaozhi/user/info").status()).isEqualTo(401);
        node.module.clean(Duration.ofDays(1));
    }

    @Test
    void guessingLocksOutTheGuesserOnly() {
        String wrong = Node.credentials("alice", "wrong-password");
        String right = Node.credentials("alice", "a password");
        for (int i = 0; i < 10; i++) {
            assertThat(node.from("192.0.2.1", "POST", LOGIN, wrong).status()).isEqualTo(401);
        }
        assertThat(node.from("192.0.2.1", "POST", LOGIN, right).status()).isEqualTo(429);
        assertThat(node.from("192.0.2.2", "POST", LOGIN, right).status()).isEqualTo(200);
        node.pass(Duration.ofHours(1));
        assertThat(node.from("192.0.2.1", "POST", LOGIN, right).status()).isEqualTo(200);
    }

    @Test
    void anAddressThatTriesManyNamesIsThrottledToo() {
        for (int i = 0; i < 100; i++) {
            String body = Node.credentials("nobody" + i, "wrong-password");
            assertThat(node.from("192.0.2.1", "POST", LOGIN, body).status()).isEqualTo(401);
        }
        String right = Node.credentials("alice", "a password");
        assertThat(node.from("192.0.2.1", "POST", LOGIN, right).status()).isEqualTo(429);
        assertThat(node.login("alice", "a password").status()).isEqualTo(200);
    }

    @Test
    void logoutEndsOneLoginAndANewPasswordAllOthers() {
        String first = node.token("alice", "a password");
        String second = node.token("alice", "a password");
        String third = node.token("alice", "a password");
        assertThat(node.as(first, "POST", "/xiaozhi/user/logout").status()).isEqualTo(200);
        assertThat(node.as(first, "GET", "/xiaozhi/user/info").status()).isEqualTo(401);
        String wrong = "{\"oldPassword\":\"nonsense\",\"newPassword\":\"new-password\"}";
        assertThat(node.as(second, "PUT", "/xiaozhi/user/password", wrong).status()).isEqualTo(400);
        String right = "{\"oldPassword\":\"a password\",\"newPassword\":\"new-password\"}";
        assertThat(node.as(second, "PUT", "/xiaozhi/user/password", right).status()).isEqualTo(200);
        assertThat(node.as(second, "GET", "/xiaozhi/user/info").status()).isEqualTo(200);
        assertThat(node.as(third, "GET", "/xiaozhi/user/info").status()).isEqualTo(401);
        assertThat(node.login("alice", "a password").status()).isEqualTo(401);
        assertThat(node.login("alice", "new-password").status()).isEqualTo(200);
    }

    @Test
    void aNewPasswordEndsOtherLoginsAndKeysUnlessOneSaysNo() {
        String own = node.token("alice", "a password");
        String other = node.token("alice", "a password");
        node.token("alice", "a password");
        String key = newKey(own);
        String keep =
                "{\"oldPassword\":\"a password\",\"newPassword\":\"new-password\",\"endOthers\":false}";
        var kept = node.as(own, "PUT", "/xiaozhi/user/password", keep);
        assertThat(kept.data().get("logins").asInt(-1)).isZero();
        assertThat(kept.data().get("apiKeys").asInt(-1)).isZero();
        assertThat(info(other)).isEqualTo(200);
        assertThat(info(key)).isEqualTo(200);
        String end = "{\"oldPassword\":\"new-password\",\"newPassword\":\"third-password\"}";
        var ended = node.as(own, "PUT", "/xiaozhi/user/password", end);
        assertThat(ended.data().get("logins").asInt()).isEqualTo(2);
        assertThat(ended.data().get("apiKeys").asInt()).isEqualTo(1);
        assertThat(info(own)).isEqualTo(200);
        assertThat(info(other)).isEqualTo(401);
        assertThat(info(key)).isEqualTo(401);
        var audit = node.as(own, "GET", "/v1/audit?action=user.password").data();
        assertThat(audit.get(0).get("detail").asText())
                .isEqualTo("2 other logins and 1 API keys ended");
    }

    private String newKey(String token) {
        return node.as(token, "POST", "/v1/api-keys", "{\"name\":\"x\"}")
                .data()
                .get("key")
                .asText();
    }

    private int info(String token) {
        return node.as(token, "GET", "/xiaozhi/user/info").status();
    }

    /** What other tests pay for a hash is less than what people's passwords get. */
    @Test
    void aHashWithOldParametersIsRenewed() {
        node.close();
        AccountConfig usual = AccountConfig.read(new Settings(new Properties(), Map.of()));
        assertThat(usual.passwordCost()).isEqualTo(new PasswordCost(19 * 1024, 2));
        node =
                new Node(
                                engine,
                                folder,
                                new AccountConfig(
                                        false,
                                        true,
                                        new SetupCode(Node.SETUP),
                                        null,
                                        20,
                                        20,
                                        usual.auditKept(),
                                        usual.passwordCost()))
                        .start();
        assertThat(Node.CHEAP).isNotEqualTo(usual.passwordCost());
        node.register("bob", "a password");
        assertThat(stored("bob")).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        var weak = Argon2Function.getInstance(1024, 1, 1, 32, Argon2.ID);
        String hash = Password.hash("a password").addRandomSalt(16).with(weak).getResult();
        String id = id("bob");
        node.database.run(Plane.CONSOLE, tx -> new AccountStore().setPassword(tx, id, hash, 0));
        assertThat(node.login("bob", "a password").status()).isEqualTo(200);
        assertThat(stored("bob")).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(node.login("bob", "a password").status()).isEqualTo(200);
    }

    private String id(String name) {
        return node.database
                .read(Plane.CONSOLE, tx -> new AccountStore().byKey(tx, name))
                .orElseThrow()
                .account()
                .id();
    }

    private String stored(String name) {
        String id = id(name);
        return node.database.read(
                Plane.CONSOLE, tx -> new AccountStore().secret(tx, id).orElseThrow().password());
    }

    @Test
    void theWebLoginKeepsItsTokenInACookie() {
        var own = Map.of("X-Slipway-Console", "1", "Origin", node.base());
        String body = Node.credentials("alice", "a password");
        assertThat(node.call("POST", "/v1/session", body).status()).isEqualTo(403);
        var login = node.call("POST", "/v1/session", body, own);
        assertThat(login.status()).isEqualTo(200);
        assertThat(login.data().has("token")).isFalse();
        String cookie = login.raw().headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie)
                .contains("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200")
                .doesNotContain("Secure");
        String sent = cookie.substring(0, cookie.indexOf(';'));
        assertThat(node.call("GET", "/xiaozhi/user/info", "", Map.of("Cookie", sent)).status())
                .isEqualTo(200);
        var both = new java.util.HashMap<>(own);
        both.put("Cookie", sent);
        assertThat(node.call("DELETE", "/v1/session", "", both).status()).isEqualTo(200);
        assertThat(node.call("GET", "/xiaozhi/user/info", "", Map.of("Cookie", sent)).status())
                .isEqualTo(401);
        both.put("X-Forwarded-Proto", "https");
        both.put("Origin", node.base().replace("http:", "https:"));
        var secure = node.call("POST", "/v1/session", body, both);
        assertThat(secure.raw().headers().firstValue("Set-Cookie").orElseThrow())
                .endsWith("; Secure");
    }

    @Test
    void theCommandLineResetsAPassword() {
        String token = node.token("alice", "a password");
        String key = newKey(token);
        String fresh = resetPassword("ALICE");
        assertThat(info(key)).as("a reset always ends keys").isEqualTo(401);
        assertThatThrownBy(() -> resetPassword("nobody"))
                .isInstanceOfSatisfying(Problem.class, e -> assertThat(e.code()).isEqualTo(404));
        assertThat(node.as(token, "GET", "/xiaozhi/user/info").status()).isEqualTo(401);
        assertThat(node.login("alice", "a password").status()).isEqualTo(401);
        String admin = node.token("alice", fresh);
        var entries = node.as(admin, "GET", "/v1/audit?action=user.reset-password").data();
        assertThat(entries.get(0).get("username").asText()).isEqualTo("console");
    }

    /** Like the login of the page: the code after the password, each counted. */
    @Test
    void aSecondFactorIsAskedAfterThePassword() {
        String token = node.token("alice", "a password");
        String secret = begin(token).get("secret").asText();
        var none = node.as(token, "GET", "/v1/second-factor").data();
        assertThat(none.get("on").asBoolean(true)).isFalse();
        assertThat(node.login("alice", "a password").status())
                .as("not in force yet")
                .isEqualTo(200);
        assertThat(confirm(token, "000000").status()).isEqualTo(400);
        var codes = confirm(token, code(secret)).data().get("recoveryCodes");
        assertThat(codes).hasSize(10);

        var asked = node.login("alice", "a password");
        assertThat(asked.status()).isEqualTo(403);
        assertThat(asked.data().get("totpRequired").asBoolean()).isTrue();
        assertThat(node.login("alice", "wrong-password").status()).isEqualTo(401);
        assertThat(loginWith(code(secret)).status()).as("used by the confirmation").isEqualTo(400);
        node.pass(Duration.ofSeconds(30));
        String now = code(secret);
        assertThat(loginWith(now).status()).isEqualTo(200);
        var again = loginWith(now);
        assertThat(again.status()).as("a code counts once").isEqualTo(400);
        assertThat(again.data().get("field").asText()).isEqualTo("totp");

        String recovery = codes.get(3).asText();
        assertThat(loginWith(recovery.replace("-", "").toUpperCase(Locale.ROOT)).status())
                .isEqualTo(200);
        assertThat(loginWith(recovery).status()).isEqualTo(400);
        var state = node.as(token, "GET", "/v1/second-factor").data();
        assertThat(state.get("on").asBoolean()).isTrue();
        assertThat(state.get("recoveryCodes").asInt()).isEqualTo(9);
        assertThat(begun(token, "a password").status()).isEqualTo(409);
        assertThat(storedFactor()).doesNotContain(secret);
    }

    @Test
    void codesAreThrottledForTheAccountFromAllAddresses() {
        String token = node.token("alice", "a password");
        String secret = begin(token).get("secret").asText();
        confirm(token, code(secret));
        String wrong = withTotp("123456x");
        for (int i = 0; i < SecondFactors.WRONG_CODES; i++) {
            assertThat(node.from("192.0.2." + i, "POST", LOGIN, wrong).status()).isEqualTo(400);
        }
        node.pass(Duration.ofSeconds(60));
        String right = withTotp(code(secret));
        assertThat(node.from("192.0.2.99", "POST", LOGIN, right).status()).isEqualTo(429);
        node.pass(Duration.ofHours(1));
        right = withTotp(code(secret));
        assertThat(node.from("192.0.2.99", "POST", LOGIN, right).status()).isEqualTo(200);
    }

    @Test
    void ofManyLoginsWithTheSameCodeOneSucceeds() {
        String token = node.token("alice", "a password");
        String secret = begin(token).get("secret").asText();
        confirm(token, code(secret));
        node.pass(Duration.ofSeconds(60));
        String body = withTotp(code(secret));
        var statuses = new ConcurrentLinkedQueue<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String address = "192.0.2." + i;
                threads.execute(
                        () -> statuses.add(node.from(address, "POST", LOGIN, body).status()));
            }
        }
        assertThat(statuses).hasSize(8).filteredOn(status -> status == 200).hasSize(1);
    }

    @Test
    void aSecondFactorIsRemovedByItsUserAnAdministratorOrTheCommandLine() {
        node.register("bob", "a password");
        String admin = node.token("alice", "a password");
        String bob = node.token("bob", "a password");
        String key = newKey(bob);
        assertThat(node.as(key, "POST", "/v1/second-factor", PASSWORD).status()).isEqualTo(403);
        assertThat(begun(bob, "wrong").status()).isEqualTo(400);
        assertThat(confirm(bob, "123456").status()).as("not begun").isEqualTo(404);

        confirm(bob, code(begin(bob).get("secret").asText()));
        String wrong = "{\"password\":\"wrong\"}";
        assertThat(node.as(bob, "POST", "/v1/second-factor/remove", wrong).status()).isEqualTo(400);
        assertThat(node.as(bob, "POST", "/v1/second-factor/remove", PASSWORD).status())
                .isEqualTo(200);
        assertThat(node.login("bob", "a password").status()).isEqualTo(200);

        confirm(bob, code(begin(bob).get("secret").asText()));
        String path = "/v1/users/" + id("bob") + "/second-factor";
        assertThat(node.as(bob, "DELETE", path).status()).isEqualTo(403);
        assertThat(node.as(admin, "DELETE", path).status()).isEqualTo(200);
        assertThat(node.as(admin, "DELETE", path).status()).isEqualTo(404);
        assertThat(node.login("bob", "a password").status()).isEqualTo(200);
        var audit = node.as(admin, "GET", "/v1/audit?action=second-factor.remove").data();
        assertThat(audit.get(0).get("username").asText()).isEqualTo("alice");

        confirm(bob, code(begin(bob).get("secret").asText()));
        var reset = AccountModule.resetPassword(node.database, node.ids, node.now::get, "bob");
        assertThat(reset.secondFactorRemoved()).isTrue();
        assertThat(node.login("bob", reset.password()).status()).isEqualTo(200);
    }

    private static final String PASSWORD = "{\"password\":\"a password\"}";

    private Node.Answer begun(String token, String password) {
        return node.as(
                token, "POST", "/v1/second-factor", PASSWORD.replace("a password", password));
    }

    private JsonNode begin(String token) {
        return begun(token, "a password").data();
    }

    private Node.Answer confirm(String token, String code) {
        String body = "{\"totp\":\"" + code + "\"}";
        return node.as(token, "POST", "/v1/second-factor/confirm", body);
    }

    private String code(String secret) {
        return TestAccounts.code(secret, node.now.get());
    }

    private static String withTotp(String code) {
        return Node.credentials("alice", "a password").replace("{", "{\"totp\":\"" + code + "\",");
    }

    private Node.Answer loginWith(String code) {
        return node.call("POST", LOGIN, withTotp(code));
    }

    private String storedFactor() {
        return node.database.read(
                Plane.CONSOLE,
                tx -> tx.query("SELECT secret FROM second_factor").mapTo(String.class).one());
    }

    private String resetPassword(String username) {
        return AccountModule.resetPassword(node.database, node.ids, node.now::get, username)
                .password();
    }
}
