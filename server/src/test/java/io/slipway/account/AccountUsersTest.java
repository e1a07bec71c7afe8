package io.slipway.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Problem;
import io.slipway.http.RouteScope;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
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
class AccountUsersTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Node node;
    private TestAccounts.Login admin;
    private TestAccounts.Login bob;

    @BeforeEach
    void open() {
        node = new Node(engine, folder).start();
        admin = TestAccounts.login(node.database, node.now::get, "admin", true);
        bob = TestAccounts.login(node.database, node.now::get, "bob", false);
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void usersAreForAdministrators() {
        String path = "/v1/users/" + bob.caller().accountId();
        assertThat(node.as(bob.token(), "GET", "/v1/users").status()).isEqualTo(403);
        assertThat(node.as(bob.token(), "POST", "/v1/users", "{}").status()).isEqualTo(403);
        assertThat(node.as(bob.token(), "PUT", path, "{\"admin\":true}").status()).isEqualTo(403);
        assertThat(node.as(bob.token(), "POST", path + "/reset-password", "{}").status())
                .isEqualTo(403);
        assertThat(node.call("GET", "/v1/users", "").status()).isEqualTo(401);
    }

    @Test
    void anAdministratorMakesAndChangesUsers() {
        String body = "{\"username\":\"Carol\",\"password\":\"a password\",\"trusted\":true}";
        var made = node.as(admin.token(), "POST", "/v1/users", body);
        assertThat(made.data().get("trusted").asBoolean()).isTrue();
        assertThat(made.data().get("admin").asBoolean()).isFalse();
        assertThat(node.as(admin.token(), "POST", "/v1/users", body).status()).isEqualTo(409);
        String path = "/v1/users/" + made.data().get("id").asText();
        String carol = node.token("carol", "a password");
        assertThat(node.as(admin.token(), "PUT", path, "{\"disabled\":true}").status())
                .isEqualTo(200);
        assertThat(node.as(carol, "GET", "/xiaozhi/user/info").status()).isEqualTo(401);
        assertThat(node.login("carol", "a password").status()).isEqualTo(403);
        assertThat(node.login("carol", "wrong-password").status()).isEqualTo(401);
        node.as(admin.token(), "PUT", path, "{\"disabled\":0,\"admin\":1}");
        assertThat(node.as(carol, "GET", "/xiaozhi/user/info").status()).isEqualTo(401);
        String again = node.token("carol", "a password");
        assertThat(node.as(again, "GET", "/v1/users").status()).isEqualTo(200);
        String reset = "{\"password\":\"another-one\"}";
        assertThat(node.as(admin.token(), "POST", path + "/reset-password", reset).status())
                .isEqualTo(200);
        assertThat(node.as(again, "GET", "/v1/users").status()).isEqualTo(401);
        assertThat(node.login("carol", "another-one").status()).isEqualTo(200);
        assertThat(node.as(admin.token(), "PUT", "/v1/users/none", "{}").status()).isEqualTo(404);
    }

    @Test
    void usersAreFoundByPrefixPageByPage() {
        for (int i = 0; i < 7; i++) {
            TestAccounts.login(node.database, node.now::get, "Kid" + i, false);
        }
        var names = new ArrayList<String>();
        String cursor = "";
        do {
            var page = node.as(admin.token(), "GET", "/v1/users?q=KID&limit=3&cursor=" + cursor);
            page.data().forEach(user -> names.add(user.get("username").asText()));
            JsonNode next = page.json().get("nextCursor");
            cursor = next.isNull() ? null : next.asText();
        } while (cursor != null);
        assertThat(names).containsExactly("Kid0", "Kid1", "Kid2", "Kid3", "Kid4", "Kid5", "Kid6");
        String bad = "x".repeat(300);
        assertThat(node.as(admin.token(), "GET", "/v1/users?cursor=" + bad).status())
                .isEqualTo(400);
    }

    @Test
    void ofAdministratorsWhoDemoteEachOtherAtOnceOneRemains() {
        var admins = new ArrayList<TestAccounts.Login>(List.of(admin));
        for (int i = 0; i < 15; i++) {
            admins.add(TestAccounts.login(node.database, node.now::get, "admin" + i, true));
        }
        var statuses = new ConcurrentLinkedQueue<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < admins.size(); i++) {
                String path = "/v1/users/" + admins.get(i).caller().accountId();
                String body = i % 2 == 0 ? "{\"admin\":false}" : "{\"disabled\":true}";
                String token = admins.get((i + 1) % admins.size()).token();
                threads.execute(() -> statuses.add(node.as(token, "PUT", path, body).status()));
            }
        }
        var store = new AccountStore();
        long active =
                node.database.read(
                        io.slipway.sql.Plane.CONSOLE,
                        tx ->
                                store.list(tx, "", "", 100).stream()
                                        .filter(user -> user.admin() && !user.disabled())
                                        .count());
        assertThat(active).isPositive();
        assertThat(statuses).hasSize(16).doesNotContain(500);
        node.close();
        node = new Node(engine, folder.resolve(".")).start();
    }

    @Test
    void theLastAdministratorStays() {
        String path = "/v1/users/" + admin.caller().accountId();
        for (String body : List.of("{\"admin\":false}", "{\"disabled\":true}")) {
            assertThat(node.as(admin.token(), "PUT", path, body).status()).isEqualTo(409);
        }
        assertThat(node.as(admin.token(), "PUT", path, "{\"trusted\":false}").status())
                .isEqualTo(200);
    }

    @Test
    void anApiKeyActsForItsAccountButNotOverAccounts() {
        var made = node.as(bob.token(), "POST", "/v1/api-keys", "{\"name\":\"script\"}");
        String key = made.data().get("key").asText();
        String id = made.data().get("id").asText();
        assertThat(key).startsWith("slk_").startsWith(made.data().get("prefix").asText());
        assertThat(node.as(key, "GET", "/xiaozhi/user/info").data().get("username").asText())
                .isEqualTo("bob");
        var listed = node.as(bob.token(), "GET", "/v1/api-keys").data().get(0);
        assertThat(listed.has("key")).isFalse();
        assertThat(listed.get("lastUsedAt").asText()).isEqualTo("2026-08-01T00:00:00Z");
        assertThat(listed.get("scope").asText()).isEqualTo("all");
        assertThat(node.as(key, "POST", "/v1/api-keys", "{\"name\":\"x\"}").status())
                .isEqualTo(403);
        assertThat(node.as(key, "DELETE", "/v1/api-keys/" + id).status()).isEqualTo(403);
        assertThat(node.as(key, "PUT", "/xiaozhi/user/password", "{}").status()).isEqualTo(403);
        assertThat(node.as(key, "POST", "/xiaozhi/user/logout").status()).isEqualTo(403);
        assertThat(node.as(admin.token(), "DELETE", "/v1/api-keys/" + id).status()).isEqualTo(404);
        assertThat(node.as(bob.token(), "DELETE", "/v1/api-keys/" + id).status()).isEqualTo(200);
        assertThat(node.as(key, "GET", "/xiaozhi/user/info").status()).isEqualTo(401);
    }

    /** No call writes: uses are written together, every few minutes and at shutdown. */
    @Test
    void theLastUseOfAKeyIsWrittenWithOthers() {
        String key = key("read");
        node.as(key, "GET", "/xiaozhi/user/info");
        node.pass(Duration.ofSeconds(59));
        node.as(key, "GET", "/xiaozhi/user/info");
        assertThat(stored().lastUsedAt()).isNull();
        var listed = node.as(bob.token(), "GET", "/v1/api-keys").data().get(0);
        assertThat(listed.get("lastUsedAt").asText()).isEqualTo("2026-08-01T00:00:59Z");
        assertThat(listed.get("lastUsedFrom").asText()).isEqualTo("127.0.0.1");
        node.base.housekeeping().flushAll();
        assertThat(stored().lastUsedAt()).isEqualTo(node.now.get().toEpochMilli());
        assertThat(stored().lastUsedFrom()).isEqualTo("127.0.0.1");
        // The use that another node has seen before does not replace it.
        var before = new KeyUses.KeyUse(stored().id(), 1, "192.0.2.1");
        long now = node.now.get().toEpochMilli();
        node.database.run(Plane.CONSOLE, tx -> new ApiKeyStore().used(tx, List.of(before), now));
        assertThat(stored().lastUsedFrom()).isEqualTo("127.0.0.1");
        // A clock that was ahead leaves a time that does not last forever.
        node.database.run(Plane.CONSOLE, tx -> new ApiKeyStore().used(tx, List.of(before), 2));
        assertThat(stored().lastUsedAt()).isEqualTo(1);
    }

    private ApiKey stored() {
        String id = bob.caller().accountId();
        return node.database
                .read(Plane.CONSOLE, tx -> new ApiKeyStore().list(tx, id, "", 9))
                .getFirst();
    }

    private String key(String scope) {
        String body = "{\"name\":\"k\",\"scope\":\"%s\"}".formatted(scope);
        return node.as(bob.token(), "POST", "/v1/api-keys", body).data().get("key").asText();
    }

    @Test
    void aKeyMayDoWhatItsScopeSays() {
        String read = key("read");
        assertThat(node.as(read, "GET", "/v1/api-keys").status()).isEqualTo(200);
        var refused = node.as(read, "PUT", "/xiaozhi/user/info", "{}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().get("msg").asText())
                .isEqualTo(
                        "The scope of this API key is “read only”; this call needs “everything”");
        assertThat(refused.data().get("scope").asText()).isEqualTo("all");
        assertThat(node.as(key("devices"), "PUT", "/xiaozhi/user/info", "{}").status())
                .isEqualTo(403);
        assertThat(node.as(key("all"), "PUT", "/xiaozhi/user/info", "{}").status()).isEqualTo(200);
        var unknown = "{\"name\":\"k\",\"scope\":\"root\"}";
        assertThat(node.as(bob.token(), "POST", "/v1/api-keys", unknown).status()).isEqualTo(400);
    }

    @Test
    void noScopeIncludesAnotherExceptEverything() {
        var needed =
                List.of(
                        RouteScope.READ,
                        RouteScope.DEVICES,
                        RouteScope.FIRMWARE,
                        RouteScope.ALL,
                        RouteScope.LOGIN);
        var allowed = new TreeMap<String, List<RouteScope>>();
        for (KeyScope scope : KeyScope.values()) {
            allowed.put(scope.code(), needed.stream().filter(each -> allows(scope, each)).toList());
        }
        assertThat(allowed)
                .containsEntry("read", needed.subList(0, 1))
                .containsEntry("devices", needed.subList(0, 2))
                .containsEntry("firmware", List.of(RouteScope.READ, RouteScope.FIRMWARE))
                .containsEntry("all", needed.subList(0, 4))
                .hasSize(4);
    }

    private static boolean allows(KeyScope scope, RouteScope needed) {
        try {
            scope.require(needed);
            return true;
        } catch (Problem refused) {
            assertThat(refused.code()).isEqualTo(403);
            return false;
        }
    }

    @Test
    void anAccountHasFiftyKeysAlsoWhenMadeAtOnce() {
        var statuses = new ConcurrentLinkedQueue<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                threads.execute(() ->
                        statuses.add(
                                node.as(bob.token(), "POST", "/v1/api-keys", "{\"name\":\"k\"}")
                                        .status()));
            }
        }
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(50);
        assertThat(statuses).filteredOn(status -> status == 409).hasSize(14);
        var page = node.as(bob.token(), "GET", "/v1/api-keys?limit=40");
        String cursor = page.json().get("nextCursor").asText();
        var rest = node.as(bob.token(), "GET", "/v1/api-keys?limit=40&cursor=" + cursor);
        assertThat(page.data()).hasSize(40);
        assertThat(rest.data()).hasSize(10);
        assertThat(rest.json().get("nextCursor").isNull()).isTrue();
    }

    @Test
    void everybodySeesTheirOwnAuditAndAdministratorsAll() {
        node.as(bob.token(), "POST", "/v1/api-keys", "{\"name\":\"one\"}");
        node.as(admin.token(), "POST", "/v1/api-keys", "{\"name\":\"two\"}");
        assertThat(node.as(bob.token(), "GET", "/v1/audit").data())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.get("action").asText()).isEqualTo("api-key.create");
                    assertThat(entry.get("detail").asText()).isEqualTo("one (all)");
                    assertThat(entry.get("address").asText()).isEqualTo("127.0.0.1");
                    assertThat(entry.get("at").asText()).isEqualTo("2026-08-01T00:00:00Z");
                });
        assertThat(node.as(admin.token(), "GET", "/v1/audit").data()).hasSize(2);
        String bobs = "/v1/audit?accountId=" + bob.caller().accountId();
        assertThat(node.as(admin.token(), "GET", bobs).data()).hasSize(1);
        String admins = "/v1/audit?accountId=" + admin.caller().accountId();
        assertThat(node.as(bob.token(), "GET", admins).status()).isEqualTo(403);
        var first = node.as(admin.token(), "GET", "/v1/audit?limit=1");
        String next = first.json().get("nextCursor").asText();
        var second = node.as(admin.token(), "GET", "/v1/audit?limit=1&cursor=" + next);
        assertThat(second.data().get(0).get("detail").asText()).isEqualTo("one (all)");
        assertThat(second.json().get("nextCursor").isNull()).isTrue();
        assertThat(node.as(admin.token(), "GET", "/v1/audit?cursor=x").status()).isEqualTo(400);
        node.pass(Duration.ofDays(2));
        node.module.clean(Duration.ofDays(1));
        assertThat(node.audit.list(AuditQuery.ANY, Long.MAX_VALUE, 9)).isEmpty();
    }
}
