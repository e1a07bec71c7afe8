package io.slipway.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.account.provider.FaithfulProvider;
import io.slipway.account.provider.ProviderConfig;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Sign-in by a provider: the way there and back, links, and attacks. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ProviderLoginTest {

    private static final String FAILED = "/sign-in?provider=failed";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private FaithfulProvider provider;
    private Node node;

    @BeforeEach
    void open() throws IOException {
        provider = new FaithfulProvider();
        start(false);
    }

    private void start(boolean create) {
        var config =
                new ProviderConfig(
                        provider.issuer(),
                        FaithfulProvider.CLIENT,
                        FaithfulProvider.SECRET,
                        "Example",
                        create);
        node = new Node(engine, folder, Node.config(false, true, 20, config)).start();
    }

    @AfterEach
    void close() {
        node.close();
        provider.close();
    }

    /** A browser on its way: the provider's address and our cookie. */
    private record Way(URI away, String cookie) {}

    private static String cookie(Node.Answer answer) {
        String set = answer.raw().headers().firstValue("Set-Cookie").orElseThrow();
        return set.substring(0, set.indexOf(';'));
    }

    private static String location(Node.Answer answer) {
        assertThat(answer.status()).isEqualTo(302);
        return answer.raw().headers().firstValue("Location").orElseThrow();
    }

    private Way leave() {
        var answer = node.call("GET", "/v1/provider/start?next=%2Fagents", "");
        assertThat(answer.raw().headers().firstValue("Set-Cookie").orElseThrow())
                .contains("; HttpOnly", "; SameSite=Lax", "; Path=/v1/provider", "; Secure");
        return new Way(URI.create(location(answer)), cookie(answer));
    }

    private Node.Answer comeBack(URI back, String cookie) {
        assertThat(back.toString()).startsWith("https://voice.example/v1/provider/callback?");
        String path = back.getRawPath() + "?" + back.getRawQuery();
        return node.call("GET", path, "", Map.of("Cookie", cookie));
    }

    private Node.Answer signIn() {
        Way way = leave();
        return comeBack(provider.authorize(way.away()), way.cookie());
    }

    private Map<String, String> page(String token) {
        return new HashMap<>(
                Map.of(
                        "Authorization",
                        "Bearer " + token,
                        "X-Slipway-Console",
                        "1",
                        "Origin",
                        node.base()));
    }

    private Node.Answer begun(String token, String password) {
        String body = "{\"password\":\"" + password + "\"}";
        return node.call("POST", "/v1/provider/link", body, page(token));
    }

    private Node.Answer link(String token) {
        var begun = begun(token, "a password");
        assertThat(begun.status()).isEqualTo(200);
        URI away = URI.create(begun.data().get("url").asText());
        return comeBack(provider.authorize(away), cookie(begun));
    }

    private int whoAmI(String cookie) {
        return node.call("GET", "/xiaozhi/user/info", "", Map.of("Cookie", cookie)).status();
    }

    @Test
    void onlyALinkedPersonSignsIn() {
        node.register("alice", "a password");
        String token = node.token("alice", "a password");
        assertThat(location(signIn())).isEqualTo("/sign-in?provider=unknown&next=%2Fagents");
        assertThat(node.as(token, "GET", "/v1/provider").data().get("linked").asBoolean())
                .isFalse();
        assertThat(location(link(token))).isEqualTo("/settings/account?provider=linked");
        var answer = signIn();
        assertThat(location(answer)).isEqualTo("/sign-in?next=%2Fagents");
        assertThat(answer.raw().headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("slipway_login=slt_")
                .contains("SameSite=Strict", "HttpOnly", "; Secure");
        assertThat(whoAmI(cookie(answer))).isEqualTo(200);

        // Another person there is nobody here, whatever they are called.
        provider.signsIn("person-2", "alice");
        assertThat(location(signIn())).startsWith("/sign-in?provider=unknown");
        assertThat(location(link(token))).isEqualTo("/settings/account?provider=taken");
        provider.signsIn("person-1", "somebody else");
        node.register("bob", "a password");
        assertThat(location(link(node.token("bob", "a password"))))
                .isEqualTo("/settings/account?provider=taken");

        assertThat(node.call("DELETE", "/v1/provider/link", "", page(token)).status())
                .isEqualTo(200);
        assertThat(location(signIn())).startsWith("/sign-in?provider=unknown");
        assertThat(node.call("DELETE", "/v1/provider/link", "", page(token)).status())
                .isEqualTo(404);
    }

    @Test
    void aLinkNeedsTheLoginOfAPersonOnThePage() {
        node.register("alice", "a password");
        String token = node.token("alice", "a password");
        assertThat(node.call("POST", "/v1/provider/link", "").status()).isEqualTo(401);
        assertThat(node.as(token, "POST", "/v1/provider/link").status())
                .as("not by another site")
                .isEqualTo(403);
        String key =
                node.as(token, "POST", "/v1/api-keys", "{\"name\":\"x\"}")
                        .data()
                        .get("key")
                        .asText();
        assertThat(begun(key, "a password").status()).isEqualTo(403);
    }

    /** A login left open somewhere would otherwise become one that lasts. */
    @Test
    void aLinkNeedsThePassword() {
        node.register("alice", "a password");
        String token = node.token("alice", "a password");
        var refused = node.call("POST", "/v1/provider/link", "{}", page(token));
        assertThat(refused.status()).isEqualTo(400);
        for (int i = 1; i < Logins.PER_ACCOUNT_AND_ADDRESS; i++) {
            refused = begun(token, "wrong password");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.data().get("field").asText()).isEqualTo("password");
        }
        assertThat(begun(token, "a password").status()).isEqualTo(429);
        node.pass(Duration.ofHours(1));
        assertThat(location(link(token))).isEqualTo("/settings/account?provider=linked");
    }

    /** Whoever has linked an account to a person of their own is out as well. */
    @Test
    void aResetRemovesTheLink() {
        node.register("alice", "a password");
        node.register("bob", "a password");
        String admin = node.token("alice", "a password");
        String bob = node.token("bob", "a password");
        String id = node.as(bob, "GET", "/xiaozhi/user/info").data().get("id").asText();
        String reset = "/v1/users/" + id + "/reset-password";
        String body = "{\"password\":\"another-one\"}";
        link(bob);
        var done = node.as(admin, "POST", reset, body).data();
        assertThat(done.get("logins").asInt()).isEqualTo(1);
        assertThat(done.get("providerLinkRemoved").asBoolean()).isTrue();
        assertThat(location(signIn())).startsWith("/sign-in?provider=unknown");
        var audit = node.as(admin, "GET", "/v1/audit?action=provider.unlink").data();
        assertThat(audit)
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.get("username").asText()).isEqualTo("alice");
                    assertThat(entry.get("detail").asText()).isEqualTo("bob");
                });
        assertThat(
                        node.as(admin, "POST", reset, body)
                                .data()
                                .get("providerLinkRemoved")
                                .asBoolean())
                .isFalse();

        node.pass(Duration.ofHours(1));
        String again = node.token("bob", "another-one");
        String own = "{\"password\":\"another-one\"}";
        var begun = node.call("POST", "/v1/provider/link", own, page(again));
        comeBack(provider.authorize(URI.create(begun.data().get("url").asText())), cookie(begun));
        var printed = AccountModule.resetPassword(node.database, node.ids, node.now::get, "bob");
        assertThat(printed.providerLinkRemoved()).isTrue();
        assertThat(location(signIn())).startsWith("/sign-in?provider=unknown");
    }

    @Test
    void ofManySignInsAtTheSameMomentOneMakesTheAccount() {
        node.close();
        start(true);
        node.register("admin", "a password");
        var ways = new ArrayList<Way>();
        for (int i = 0; i < 16; i++) {
            ways.add(leave());
        }
        var names = new ConcurrentLinkedQueue<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Way way : ways) {
                threads.execute(() -> {
                    var answer = comeBack(provider.authorize(way.away()), way.cookie());
                    names.add(nameOf(cookie(answer)));
                });
            }
        }
        assertThat(names).hasSize(16).containsOnly("ada");
        String admin = node.token("admin", "a password");
        assertThat(node.as(admin, "GET", "/v1/users").data()).hasSize(2);
        assertThat(node.as(admin, "GET", "/v1/audit?action=user.register").data()).hasSize(2);
    }

    @Test
    void manyPeopleMayHaveTheSameName() {
        node.close();
        start(true);
        node.register("admin", "a password");
        var names = new ArrayList<String>();
        for (int i = 0; i < 8; i++) {
            provider.signsIn("person-" + i, "Kim");
            names.add(nameOf(cookie(signIn())));
        }
        assertThat(names.subList(0, 5)).containsExactly("Kim", "Kim-2", "Kim-3", "Kim-4", "Kim-5");
        assertThat(names.subList(5, 8))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("Kim-[0-9a-f]{8}"));
    }

    private String nameOf(String cookie) {
        return node.call("GET", "/xiaozhi/user/info", "", Map.of("Cookie", cookie))
                .data()
                .get("username")
                .asText();
    }

    /** What an attacker may do with tokens: each is refused, and nobody is signed in. */
    @Test
    void aTokenThatIsNotForUsIsRefused() {
        node.register("alice", "a password");
        link(node.token("alice", "a password"));
        refused(claims -> claims.put("nonce", "another"));
        refused(claims -> claims.remove("nonce"));
        refused(claims -> claims.put("aud", "another-client"));
        refused(claims -> claims.put("iss", "https://evil.example"));
        refused(claims -> claims.put("exp", ((Long) claims.get("iat")) - 3_600));
        refused(claims -> claims.remove("sub"));
        provider.claims(claims -> claims);
        assertThat(location(signIn())).isEqualTo("/sign-in?next=%2Fagents");
        provider.algorithm("none");
        assertThat(location(signIn())).startsWith(FAILED);
        provider.algorithm("HS256");
        assertThat(location(signIn())).startsWith(FAILED);
        provider.algorithm("RS256");
        provider.signsWithAnotherKey();
        assertThat(location(signIn())).startsWith(FAILED);
    }

    private void refused(Consumer<Map<String, Object>> attack) {
        provider.claims(claims -> {
            attack.accept(claims);
            return claims;
        });
        var answer = signIn();
        assertThat(location(answer)).startsWith(FAILED);
        assertThat(answer.raw().headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void aReturnCountsOnceAndOnlyInItsOwnBrowser() {
        node.register("alice", "a password");
        link(node.token("alice", "a password"));
        Way way = leave();
        URI back = provider.authorize(way.away());
        assertThat(location(comeBack(back, "other=1"))).startsWith("/sign-in?provider=expired");
        Way attacker = leave();
        assertThat(location(comeBack(back, attacker.cookie())))
                .as("another browser's state")
                .startsWith(FAILED);
        assertThat(location(comeBack(back, way.cookie()))).isEqualTo("/sign-in?next=%2Fagents");
        assertThat(location(comeBack(back, way.cookie())))
                .as("replayed")
                .startsWith("/sign-in?provider=expired");

        Way stolen = leave();
        String query = provider.authorize(stolen.away()).getRawQuery();
        URI forged =
                URI.create(
                        "https://voice.example/v1/provider/callback?"
                                + query.replaceFirst("state=.*", "state=guessed"));
        assertThat(location(comeBack(forged, stolen.cookie()))).startsWith(FAILED);

        Way late = leave();
        URI after = provider.authorize(late.away());
        node.pass(ProviderLogins.LIFE);
        assertThat(location(comeBack(after, late.cookie())))
                .startsWith("/sign-in?provider=expired");
        leave();
        node.pass(ProviderLogins.LIFE);
        node.module.clean(Duration.ofDays(1));
        long left =
                node.database.read(
                        Plane.CONSOLE,
                        tx ->
                                tx.query("SELECT count(*) FROM provider_attempt")
                                        .mapTo(Long.class)
                                        .one());
        assertThat(left).isZero();
    }

    @Test
    void somebodyWhoSaysNoAtTheProviderIsToldSo() {
        Way way = leave();
        URI back =
                URI.create(
                        "https://voice.example/v1/provider/callback?error=access_denied&state=x");
        assertThat(location(comeBack(back, way.cookie()))).startsWith(FAILED);
    }

    @Test
    void aDisabledAccountStaysOut() {
        node.register("alice", "a password");
        node.register("bob", "a password");
        String admin = node.token("alice", "a password");
        String bob = node.token("bob", "a password");
        link(bob);
        String id = node.as(bob, "GET", "/xiaozhi/user/info").data().get("id").asText();
        node.as(admin, "PUT", "/v1/users/" + id, "{\"disabled\":true}");
        assertThat(location(signIn())).startsWith("/sign-in?provider=disabled");
        node.as(admin, "DELETE", "/v1/users/" + id, "");
        assertThat(location(signIn())).startsWith("/sign-in?provider=unknown");
    }

    @Test
    void peopleWithoutAnAccountGetOneIfTheSettingsSaySo() {
        node.close();
        start(true);
        provider.signsIn("person-7", "Ada Lovelace");
        assertThat(location(signIn()))
                .as("the first account needs the setup code")
                .startsWith("/sign-in?provider=unknown");
        node.register("AdaLovelace", "a password");
        String cookie = cookie(signIn());
        var info = node.call("GET", "/xiaozhi/user/info", "", Map.of("Cookie", cookie)).data();
        assertThat(info.get("username").asText()).isEqualTo("AdaLovelace-2");
        assertThat(info.get("admin").asBoolean()).isFalse();
        assertThat(node.login("AdaLovelace-2", "none").status()).isEqualTo(401);
        var unlink = new HashMap<>(page("x"));
        unlink.remove("Authorization");
        unlink.put("Cookie", cookie);
        assertThat(node.call("DELETE", "/v1/provider/link", "", unlink).status()).isEqualTo(409);
        provider.signsIn("person-7", "renamed there");
        assertThat(whoAmI(cookie(signIn()))).isEqualTo(200);
        provider.signsIn("person-8", "");
        info =
                node.call("GET", "/xiaozhi/user/info", "", Map.of("Cookie", cookie(signIn())))
                        .data();
        assertThat(info.get("username").asText()).isEqualTo("user");
    }

    @Test
    void aProviderThatMisbehavesIsNotBelieved() {
        for (String document :
                new String[] {
                    "no JSON",
                    "{}",
                    "{\"issuer\":\"https://evil.example\"}",
                    "[" + " ".repeat(300_000) + "]"
                }) {
            provider.document(document.getBytes(StandardCharsets.UTF_8));
            assertThat(node.call("GET", "/v1/provider/start", "").status()).isEqualTo(503);
        }
        provider.close();
        assertThat(node.call("GET", "/v1/provider/start", "").status()).isEqualTo(503);
    }

    @Test
    void withoutOneTheRoutesDoNotExist() {
        node.close();
        node = new Node(engine, folder).start();
        assertThat(node.call("GET", "/v1/provider/start", "").status()).isEqualTo(404);
        assertThat(node.call("GET", "/v1/provider/callback", "").status()).isEqualTo(404);
        assertThat(node.call("GET", "/v1/console/start", "").data().get("provider").asText())
                .isEmpty();
    }
}
