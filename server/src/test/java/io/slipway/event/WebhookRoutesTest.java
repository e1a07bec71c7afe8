package io.slipway.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.account.TestAccounts;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class WebhookRoutesTest {

    private static final String HOOKS = "/v1/webhooks";
    private static final String URL = "https://hooks.example/in?key=s3cret";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private EventFixture fixture;

    @BeforeEach
    void open() {
        fixture = new EventFixture(engine, folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private int status(TestAccounts.Login who, String method, String path, String body) {
        return fixture.call(who, method, path, body).status();
    }

    @Test
    void aWebhookIsMadeShownChangedAndDeleted() {
        JsonNode made =
                fixture.webhook(
                        fixture.alice, URL, ",\"types\":[\"confirmed\"],\"rolloutId\":\"r1\"");
        String one = HOOKS + "/" + made.path("id").asText();
        assertThat(made.path("secret").asText()).matches("[0-9a-f]{64}");
        JsonNode shown = fixture.ok(fixture.alice, "GET", one, "");
        assertThat(shown.has("secret")).as("shown once").isFalse();
        assertThat(shown.path("url").asText()).isEqualTo(URL);
        assertThat(shown.path("types").toString()).isEqualTo("[\"confirmed\"]");
        assertThat(shown.path("rolloutId").asText()).isEqualTo("r1");
        assertThat(shown.path("active").asBoolean()).isTrue();
        fixture.ok(fixture.alice, "PUT", one, "{\"active\":false}");
        JsonNode off = fixture.ok(fixture.alice, "GET", one, "");
        assertThat(off.path("active").asBoolean()).isFalse();
        assertThat(off.path("url").asText()).as("absent fields stay").isEqualTo(URL);
        fixture.ok(fixture.alice, "PUT", one, "{\"types\":[],\"rolloutId\":\"\",\"active\":1}");
        JsonNode changed = fixture.ok(fixture.alice, "GET", one, "");
        assertThat(changed.path("types")).isEmpty();
        assertThat(changed.path("rolloutId").isNull()).isTrue();
        assertThat(fixture.ok(fixture.alice, "GET", HOOKS, "")).hasSize(1);
        fixture.ok(fixture.alice, "DELETE", one, "");
        assertThat(status(fixture.alice, "GET", one, "")).isEqualTo(404);
        assertThat(fixture.ok(fixture.alice, "GET", HOOKS, "")).isEmpty();
    }

    @Test
    void everyActIsInTheAuditWithoutSecrets() {
        JsonNode made = fixture.webhook(fixture.alice, URL, "");
        String one = HOOKS + "/" + made.path("id").asText();
        fixture.ok(fixture.alice, "POST", one + "/secret", "");
        String delivery = fixture.ok(fixture.alice, "POST", one + "/test", "").path("id").asText();
        dead(delivery);
        fixture.ok(fixture.alice, "POST", one + "/deliveries/" + delivery + "/retry", "");
        fixture.ok(fixture.alice, "PUT", one, "{\"active\":false}");
        fixture.ok(fixture.alice, "DELETE", one, "");
        JsonNode audit = fixture.ok(fixture.admin, "GET", "/v1/audit?limit=100", "");
        var actions = new ArrayList<String>();
        audit.forEach(entry -> actions.add(entry.path("action").asText()));
        assertThat(actions)
                .containsExactly(
                        "webhook.delete",
                        "webhook.update",
                        "webhook.retry",
                        "webhook.test",
                        "webhook.secret",
                        "webhook.create");
        assertThat(audit.toString()).doesNotContain("s3cret", made.path("secret").asText());
    }

    private void dead(String delivery) {
        fixture.node.database.run(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .execute(
                                        "UPDATE delivery SET state = 2 WHERE id = ?",
                                        Long.parseLong(delivery)));
    }

    @Test
    void theDatabaseDoesNotShowASecret() {
        JsonNode made = fixture.webhook(fixture.alice, URL, "");
        String secret = made.path("secret").asText();
        String stored =
                fixture.node.database.read(
                        Plane.CONSOLE,
                        tx ->
                                tx.handle()
                                        .createQuery("SELECT secret FROM webhook")
                                        .mapTo(String.class)
                                        .one());
        assertThat(stored).isNotEmpty().doesNotContain(secret);
    }

    @Test
    void invalidValuesAreRefused() {
        for (String body :
                List.of(
                        "{}",
                        "{\"url\":\"\"}",
                        "{\"url\":\"ftp://h.example/\"}",
                        "{\"url\":\"ws://h.example/\"}",
                        "{\"url\":\"https://u:p@h.example/\"}",
                        "{\"url\":\"https://h.example/#x\"}",
                        "{\"url\":\"https://h.example/中\"}",
                        "{\"url\":\"https://h.example/" + "x".repeat(1_000) + "\"}",
                        "{\"url\":\"https://h.example/\",\"types\":[\"exploded\"]}",
                        "{\"url\":\"https://h.example/\",\"types\":\"offered\"}",
                        "{\"url\":\"https://h.example/\",\"active\":\"yes\"}",
                        "{\"url\":\"https://h.example/\",\"rolloutId\":\""
                                + "r".repeat(65)
                                + "\"}")) {
            assertThat(status(fixture.alice, "POST", HOOKS, body)).as(body).isEqualTo(400);
        }
        String all = "{\"url\":\"https://h.example/\",\"everyAccount\":true}";
        assertThat(status(fixture.alice, "POST", HOOKS, all)).isEqualTo(403);
        fixture.ok(fixture.admin, "POST", HOOKS, all);
        String longest = "https://h.example/" + "x".repeat(1_000 - 18);
        fixture.webhook(fixture.alice, longest, "");
        assertThat(fixture.node.call("GET", HOOKS, "").status()).isEqualTo(401);
    }

    @Test
    void anotherAccountsWebhookDoesNotExist() {
        String id = fixture.webhook(fixture.alice, URL, "").path("id").asText();
        String one = HOOKS + "/" + id;
        String test = fixture.ok(fixture.alice, "POST", one + "/test", "").path("id").asText();
        for (var stranger : List.of(fixture.bob, fixture.admin)) {
            assertThat(fixture.ok(stranger, "GET", HOOKS, "")).isEmpty();
            assertThat(status(stranger, "GET", one, "")).isEqualTo(404);
            assertThat(status(stranger, "PUT", one, "{\"active\":false}")).isEqualTo(404);
            assertThat(status(stranger, "POST", one + "/secret", "")).isEqualTo(404);
            assertThat(status(stranger, "POST", one + "/test", "")).isEqualTo(404);
            assertThat(status(stranger, "GET", one + "/deliveries", "")).isEqualTo(404);
            String retry = one + "/deliveries/" + test + "/retry";
            assertThat(status(stranger, "POST", retry, "")).isEqualTo(404);
            assertThat(status(stranger, "DELETE", one, "")).isEqualTo(404);
        }
        assertThat(fixture.ok(fixture.alice, "GET", one, "").path("active").asBoolean()).isTrue();
        String other = fixture.webhook(fixture.alice, URL, "").path("id").asText();
        String mixed = HOOKS + "/" + other + "/deliveries/" + test + "/retry";
        assertThat(status(fixture.alice, "POST", mixed, "")).isEqualTo(404);
        assertThat(status(fixture.alice, "POST", one + "/deliveries/x/retry", "")).isEqualTo(404);
    }

    @Test
    void anAccountHasTwentyAtMostAndPagesOfThem() {
        var ids = new HashSet<String>();
        for (int i = 0; i < Webhooks.PER_ACCOUNT; i++) {
            ids.add(fixture.webhook(fixture.alice, URL, "").path("id").asText());
        }
        String more = "{\"url\":\"" + URL + "\"}";
        assertThat(status(fixture.alice, "POST", HOOKS, more)).isEqualTo(409);
        assertThat(status(fixture.bob, "POST", HOOKS, more)).isEqualTo(200);
        var first = fixture.call(fixture.alice, "GET", HOOKS + "?limit=12", "").json();
        String cursor = first.path("nextCursor").asText();
        var second =
                fixture.call(fixture.alice, "GET", HOOKS + "?limit=12&cursor=" + cursor, "").json();
        var listed = new HashSet<String>();
        first.path("data").forEach(hook -> listed.add(hook.path("id").asText()));
        second.path("data").forEach(hook -> listed.add(hook.path("id").asText()));
        assertThat(listed).isEqualTo(ids);
        assertThat(second.path("nextCursor").isNull()).isTrue();
        assertThat(status(fixture.alice, "GET", HOOKS + "?cursor=x", "")).isEqualTo(400);
    }

    @Test
    void deliveriesArePagedAndSifted() {
        String one = HOOKS + "/" + fixture.webhook(fixture.alice, URL, "").path("id").asText();
        for (int i = 0; i < 5; i++) {
            String id = fixture.ok(fixture.alice, "POST", one + "/test", "").path("id").asText();
            if (i < 2) {
                dead(id);
            }
        }
        String list = one + "/deliveries";
        assertThat(fixture.ok(fixture.alice, "GET", list, "")).hasSize(5);
        assertThat(fixture.ok(fixture.alice, "GET", list + "?state=waiting", "")).hasSize(3);
        assertThat(fixture.ok(fixture.alice, "GET", list + "?state=dead", "")).hasSize(2);
        assertThat(fixture.ok(fixture.alice, "GET", list + "?state=delivered", "")).isEmpty();
        assertThat(status(fixture.alice, "GET", list + "?state=lost", "")).isEqualTo(400);
        var page = fixture.call(fixture.alice, "GET", list + "?limit=3", "").json();
        String next = list + "?limit=3&cursor=" + page.path("nextCursor").asText();
        assertThat(fixture.ok(fixture.alice, "GET", next, "")).hasSize(2);
        String waits = fixture.ok(fixture.alice, "GET", list, "").get(0).path("id").asText();
        assertThat(status(fixture.alice, "POST", list + "/" + waits + "/retry", ""))
                .as("already waiting")
                .isEqualTo(409);
        fixture.ok(fixture.alice, "PUT", one, "{\"active\":false}");
        assertThat(status(fixture.alice, "POST", one + "/test", "")).isEqualTo(409);
    }
}
