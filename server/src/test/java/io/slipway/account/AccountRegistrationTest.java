package io.slipway.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
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
class AccountRegistrationTest {

    private static final String PATH = "/xiaozhi/user/register";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Node node;

    @BeforeEach
    void open() {
        node = new Node(engine, folder, Node.config(false, true, 10_000)).start();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void ofManyFirstRegistrationsExactlyOneIsAdministrator() {
        assertThat(node.module.setupCode()).isEqualTo(Node.SETUP);
        var statuses = new ConcurrentLinkedQueue<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                String name = "user" + i;
                threads.execute(() -> statuses.add(registered(name)));
            }
        }
        assertThat(statuses).hasSize(64).containsOnly(200);
        assertThat(node.module.setupCode()).isNull();
        int admins = 0;
        String token = null;
        for (int i = 0; i < 64 && token == null; i++) {
            String mine = node.token("user" + i, "a password");
            token = node.as(mine, "GET", "/v1/users").status() == 200 ? mine : null;
        }
        assertThat(token).isNotNull();
        for (var user : node.as(token, "GET", "/v1/users?limit=100").data()) {
            admins += user.get("admin").asBoolean() ? 1 : 0;
        }
        assertThat(admins).isEqualTo(1);
    }

    @Test
    void oneOfManyWithTheSameNameGetsIt() {
        assertThat(node.register("first", "a password").status()).isEqualTo(200);
        var statuses = new ConcurrentLinkedQueue<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 32; i++) {
                String name = i % 2 == 0 ? "Ａnna" : "anNA";
                threads.execute(() -> statuses.add(registered(name)));
            }
        }
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        assertThat(statuses).filteredOn(status -> status == 409).hasSize(31);
    }

    /** Behind a proxy on the same machine everybody looks local, so that counts for nothing. */
    @Test
    void theFirstNeedsTheSetupCodeFromWhereverItComes() {
        String body = Node.credentials("admin", "a password");
        for (String address : new String[] {"192.0.2.1", "127.0.0.1"}) {
            var refused = node.from(address, "POST", PATH, body);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().get("msg").asText()).contains("setupCode");
            assertThat(refused.data().get("setupCodeRequired").asBoolean()).isTrue();
            String wrong = body.replace("{", "{\"setupCode\":\"AAAA-BBBB-CCCC\",");
            assertThat(node.from(address, "POST", PATH, wrong).status()).isEqualTo(403);
        }
        var own = Map.of("Origin", node.base());
        assertThat(node.call("POST", PATH, body, own).status()).isEqualTo(403);
        assertThat(node.call("POST", PATH, body).status()).isEqualTo(403);
        assertThat(node.module.setupCode()).isEqualTo(Node.SETUP);
        String right = body.replace("{", "{\"setupCode\":\" setup-code-1234\",");
        assertThat(node.call("POST", PATH, right).status()).isEqualTo(200);
        assertThat(node.module.setupCode()).isNull();
        // From then on it is void, and not needed.
        String other = Node.credentials("other", "a password");
        assertThat(node.from("192.0.2.1", "POST", PATH, other).status()).isEqualTo(200);
        String late = Node.registration("late", "a password");
        assertThat(node.call("POST", PATH, late).status()).isEqualTo(200);
        String token = node.token("late", "a password");
        assertThat(node.as(token, "GET", "/v1/users").status()).isEqualTo(403);
    }

    @Test
    void wrongSetupCodesAreThrottledByAddress() {
        String body = "{\"username\":\"a\",\"password\":\"a password\",\"setupCode\":\"x\"}";
        String missing = body.replace("\"x\"", "\" \"");
        for (int i = 0; i < Registrations.WRONG_CODES; i++) {
            assertThat(node.from("192.0.2.1", "POST", PATH, body).status()).isEqualTo(403);
            assertThat(node.from("192.0.2.1", "POST", PATH, missing).status()).isEqualTo(403);
        }
        String right = Node.registration("a", "a password");
        var answer = node.from("192.0.2.1", "POST", PATH, right);
        assertThat(answer.status()).as("the right one can't be told from a guess").isEqualTo(429);
        assertThat(answer.raw().headers().firstValue("Retry-After")).contains("3600");
        assertThat(node.from("192.0.2.2", "POST", PATH, body).status()).isEqualTo(403);
        node.pass(Duration.ofHours(1));
        assertThat(node.from("192.0.2.1", "POST", PATH, right).status()).isEqualTo(200);
    }

    /** Requests at the same moment are no way around the limit. */
    @Test
    void guessesAtTheSameMomentAreCounted() {
        String body = "{\"username\":\"a\",\"password\":\"a password\",\"setupCode\":\"x\"}";
        var statuses = new ConcurrentLinkedQueue<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 32; i++) {
                threads.execute(
                        () -> statuses.add(node.from("192.0.2.1", "POST", PATH, body).status()));
            }
        }
        assertThat(statuses).filteredOn(status -> status == 403).hasSize(Registrations.WRONG_CODES);
        assertThat(statuses).containsOnly(403, 429);
    }

    @Test
    void namesAndPasswordsHaveRules() {
        for (String name : new String[] {"", " ", "a b", "<x>", "x".repeat(65), "a/b", "😀"}) {
            assertThat(node.register(name, "a password").status()).as(name).isEqualTo(400);
        }
        var refused = node.register("a", "ten chars");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.data().get("field").asText()).isEqualTo("password");
        assertThat(node.register("abc.defghi", "ABC.defghi12").status()).isEqualTo(400);
        assertThat(node.register("a", "Password2026").json().get("msg").asText())
                .contains("most common");
        assertThat(node.register("a", "x".repeat(129)).status()).isEqualTo(400);
        String none = Node.registration("a", "x").replaceFirst("\"password\":\"x\",?", "");
        assertThat(node.call("POST", PATH, none.replace(",}", "}")).status()).isEqualTo(400);
        assertThat(node.call("POST", PATH, "nonsense").status()).isEqualTo(400);
        for (String name : new String[] {"小明", "a.b_c-d@e+f", "x".repeat(64), "Ünï9"}) {
            assertThat(node.register(name, " pass wörd ").status()).as(name).isEqualTo(200);
        }
        assertThat(node.login("小明", " pass wörd ").status()).isEqualTo(200);
        assertThat(node.login("ÜNÏ9", " pass wörd ").status()).isEqualTo(200);
        assertThat(node.login("小明", "pass wörd").status()).isEqualTo(401);
    }

    @Test
    void aNameThatLooksLikeAnothersIsRefused() {
        assertThat(node.register("paypal", "a password").status()).isEqualTo(200);
        for (String name : new String[] {"раураl", "paypaI", "РАУРАL"}) {
            var refused = node.register(name, "a password");
            assertThat(refused.status()).as(name).isEqualTo(409);
            assertThat(refused.json().get("msg").asText()).contains("looks too much like");
        }
        assertThat(node.register("PayPal", "a password").json().get("msg").asText())
                .contains("taken");
    }

    @Test
    void ofManyLookalikesAtTheSameMomentOneGetsItsName() {
        assertThat(node.register("first", "a password").status()).isEqualTo(200);
        var statuses = new ConcurrentLinkedQueue<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 32; i++) {
                String name = i % 2 == 0 ? "paypal" : "раураl";
                threads.execute(() -> statuses.add(registered(name)));
            }
        }
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        assertThat(statuses).filteredOn(status -> status == 409).hasSize(31);
    }

    /** Accounts of an older version: some of them may look alike already. */
    @Test
    void olderAccountsGetTheirSkeletonsAtTheStart() {
        node.register("first", "a password");
        node.register("second", "a password");
        node.register("раураl", "a password");
        var store = new AccountStore();
        node.database.run(
                Plane.CONSOLE,
                tx -> {
                    tx.update("UPDATE account SET skeleton = NULL").execute();
                    // As if it had been registered under the other's look.
                    tx.update(
                                    """
                                    UPDATE account SET username = 'paypal', name_key = 'paypal'
                                    WHERE username = 'second'
                                    """)
                            .execute();
                });
        node.database.run(Plane.CONSOLE, tx -> assertThat(store.addSkeletons(tx, 2)).isEqualTo(2));
        node.database.run(Plane.CONSOLE, tx -> assertThat(store.addSkeletons(tx, 2)).isEqualTo(1));
        node.database.run(Plane.CONSOLE, tx -> assertThat(store.addSkeletons(tx, 2)).isZero());
        assertThat(node.login("paypal", "a password").status()).isEqualTo(200);
        assertThat(node.login("раураl", "a password").status()).isEqualTo(200);
        assertThat(node.register("paypaI", "a password").status()).isEqualTo(409);
        assertThat(node.register("f1rst", "a password").status()).isEqualTo(409);
    }

    /** Whoever may not register learns that first, and costs nothing else. */
    @Test
    void whatIsRefusedAnywayIsRefusedBeforeThePasswordIsChecked() {
        String common = Node.credentials("a", "Password2026");
        assertThat(node.call("POST", PATH, common).status()).as("no setup code").isEqualTo(403);
        node.close();
        node = new Node(engine, folder.resolve("."), Node.config(false, false, 20)).start();
        node.register("first", "a password");
        assertThat(node.call("POST", PATH, common).status()).as("closed").isEqualTo(403);
    }

    @Test
    void closedRegistrationLetsOnlyTheFirstIn() {
        node.close();
        node = new Node(engine, folder.resolve("."), Node.config(false, false, 20)).start();
        assertThat(node.register("first", "a password").status()).isEqualTo(200);
        var second = node.register("second", "a password");
        assertThat(second.status()).isEqualTo(403);
        assertThat(second.json().get("code").asInt()).isEqualTo(403);
    }

    // On a busy machine, hashing 64 passwords at once may exceed the server's time limit.
    private int registered(String name) {
        int status;
        do {
            status = node.register(name, "a password").status();
        } while (status == 503);
        return status;
    }
}
