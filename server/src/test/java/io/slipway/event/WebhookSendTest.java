package io.slipway.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Deliveries to a real server, with a clock controlled by the test. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class WebhookSendTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private EventFixture fixture;
    private WebhookReceiver receiver;

    @BeforeEach
    void open() {
        fixture = new EventFixture(engine, folder);
        receiver = new WebhookReceiver();
    }

    @AfterEach
    void close() {
        fixture.close();
        receiver.close();
    }

    private String hook(String more) {
        return fixture.webhook(fixture.alice, receiver.url("/in?k=v"), more).path("id").asText();
    }

    /** Independent of the code under test. */
    private static String hmac(String secret, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void signed(WebhookReceiver.ReceivedRequest got, long seconds, String... secrets)
            throws Exception {
        String body = new String(got.body(), StandardCharsets.UTF_8);
        var expected = new StringBuilder("t=" + seconds);
        for (String secret : secrets) {
            expected.append(",v1=").append(hmac(secret, seconds + "." + body));
        }
        assertThat(got.header("X-slipway-signature")).hasToString(expected.toString());
    }

    @Test
    void anEventArrivesSigned() throws Exception {
        JsonNode made = fixture.webhook(fixture.alice, receiver.url("/in?k=v"), "");
        fixture.add(EventType.ROLLOUT_HALTED, fixture.alice, "r1");
        fixture.until(fixture.alice, made.path("id").asText(), "delivered", 1);
        assertThat(receiver.got).hasSize(1);
        WebhookReceiver.ReceivedRequest got = receiver.got.getFirst();
        signed(got, fixture.node.now.get().getEpochSecond(), made.path("secret").asText());
        assertThat(got.path()).isEqualTo("/in?k=v");
        assertThat(got.header("Content-type")).isEqualTo("application/json");
        assertThat(got.type()).isEqualTo("rollout_halted");
        JsonNode delivery =
                fixture.deliveries(fixture.alice, made.path("id").asText(), "delivered").get(0);
        assertThat(got.delivery()).isEqualTo(delivery.path("id").asText());
        assertThat(delivery.path("status").asInt()).isEqualTo(200);
        JsonNode feed = fixture.ok(fixture.alice, "GET", "/v1/events", "").get(0);
        assertThat(got.json()).as("the body equals the entry in the feed").isEqualTo(feed);
        assertThat(delivery.path("eventId")).isEqualTo(feed.path("id"));
    }

    @Test
    void aTestArrivesLikeAnEvent() throws Exception {
        JsonNode made = fixture.webhook(fixture.alice, receiver.url("/"), "");
        String id = made.path("id").asText();
        fixture.ok(fixture.alice, "POST", "/v1/webhooks/" + id + "/test", "");
        fixture.until(fixture.alice, id, "delivered", 1);
        WebhookReceiver.ReceivedRequest got = receiver.got.getFirst();
        signed(got, fixture.node.now.get().getEpochSecond(), made.path("secret").asText());
        assertThat(got.type()).isEqualTo("test");
        assertThat(got.json().path("type").asText()).isEqualTo("test");
        assertThat(got.json().path("text").path("zh").asText()).isNotBlank();
    }

    @Test
    void aWebhookGetsTheEventsItSubscribedToAndMaySee() {
        String standard = hook("");
        String devices = hook(",\"types\":[\"offered\",\"rollout_done\"]");
        String rollout = hook(",\"rolloutId\":\"r2\"");
        String strange = receiver.url("/all");
        String all =
                fixture.webhook(fixture.admin, strange, ",\"everyAccount\":true")
                        .path("id")
                        .asText();
        String admins = fixture.webhook(fixture.admin, strange, "").path("id").asText();
        fixture.add(EventType.OFFERED, fixture.alice, "r1");
        fixture.add(EventType.CONFIRMED, fixture.alice, "r1");
        fixture.add(EventType.ROLLOUT_STARTED, fixture.alice, "r1");
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r2");
        fixture.add(EventType.ROLLOUT_DONE, fixture.bob, "r2");
        fixture.add(EventFixture.event(EventType.OUTAGE, "", ""));
        fixture.until(fixture.admin, all, "delivered", 4);
        fixture.until(fixture.alice, standard, "delivered", 2);
        fixture.until(fixture.alice, devices, "delivered", 2);
        fixture.until(fixture.alice, rollout, "delivered", 1);
        assertThat(types(standard)).containsExactlyInAnyOrder("rollout_started", "rollout_done");
        assertThat(types(devices)).containsExactlyInAnyOrder("offered", "rollout_done");
        assertThat(types(rollout)).containsExactly("rollout_done");
        assertThat(fixture.deliveries(fixture.admin, admins, "")).isEmpty();
        assertThat(receiver.got).hasSize(9);
    }

    private List<String> types(String webhook) {
        var types = new java.util.ArrayList<String>();
        fixture.deliveries(fixture.alice, webhook, "")
                .forEach(delivery -> types.add(delivery.path("type").asText()));
        return types;
    }

    @Test
    void aFormerAdministratorGetsOnlyTheirOwnEvents() {
        String id =
                fixture.webhook(fixture.admin, receiver.url("/"), ",\"everyAccount\":true")
                        .path("id")
                        .asText();
        set("admin = 0", fixture.admin.caller().accountId());
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        fixture.add(EventType.ROLLOUT_STARTED, fixture.admin, "r1");
        fixture.until(fixture.admin, id, "delivered", 1);
        assertThat(receiver.types()).containsExactly("rollout_started");
    }

    @Test
    void aDisabledAccountGetsNoEvents() {
        String id = hook("");
        fixture.add(EventType.ROLLOUT_STARTED, fixture.alice, "r1");
        fixture.module.deliver();
        fixture.until(fixture.alice, id, "delivered", 1);
        fixture.ok(fixture.alice, "POST", "/v1/webhooks/" + id + "/test", "");
        set("disabled = 1", fixture.alice.caller().accountId());
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        String other = fixture.webhook(fixture.bob, receiver.url("/"), "").path("id").asText();
        fixture.add(EventType.ROLLOUT_DONE, fixture.bob, "r1");
        fixture.until(fixture.bob, other, "delivered", 1);
        fixture.module.deliver();
        set("disabled = 0", fixture.alice.caller().accountId());
        fixture.until(fixture.alice, id, "delivered", 2);
        assertThat(fixture.deliveries(fixture.alice, id, ""))
                .as("only the test delivery waited")
                .hasSize(2);
    }

    private void set(String what, String account) {
        fixture.node.database.run(
                Plane.CONSOLE,
                tx -> tx.handle().execute("UPDATE account SET " + what + " WHERE id = ?", account));
    }

    @Test
    void aFailureIsTriedAgainLaterAndLaterAndThenIsDead() {
        receiver.status = 503;
        String id = hook("");
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        var waits =
                List.of(
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(30),
                        Duration.ofHours(2),
                        Duration.ofHours(6),
                        Duration.ofHours(12));
        for (int attempt = 1; attempt <= waits.size(); attempt++) {
            int made = attempt;
            fixture.until(() -> failed(id, made));
            Duration wait = waits.get(attempt - 1);
            fixture.node.pass(wait.multipliedBy(8).dividedBy(10).minusMillis(1));
            fixture.module.deliver();
            JsonNode waiting = fixture.deliveries(fixture.alice, id, "waiting").get(0);
            assertThat(waiting.path("attempts").asInt()).as("not yet").isEqualTo(attempt);
            assertThat(waiting.path("error").asText()).isEqualTo("HTTP 503");
            fixture.node.pass(wait.multipliedBy(4).dividedBy(10).plusMillis(2));
        }
        fixture.until(fixture.alice, id, "dead", 1);
        assertThat(receiver.got).hasSize(8);
        assertThat(receiver.got.stream().map(WebhookReceiver.ReceivedRequest::delivery).distinct())
                .hasSize(1);
        fixture.node.pass(Duration.ofDays(7));
        fixture.module.deliver();
        receiver.status = 204;
        String dead = fixture.deliveries(fixture.alice, id, "dead").get(0).path("id").asText();
        fixture.ok(
                fixture.alice, "POST", "/v1/webhooks/" + id + "/deliveries/" + dead + "/retry", "");
        fixture.until(fixture.alice, id, "delivered", 1);
        assertThat(receiver.got).hasSize(9);
        assertThat(receiver.got.getLast().delivery()).isEqualTo(dead);
        assertThat(fixture.deliveries(fixture.alice, id, "dead")).isEmpty();
    }

    private boolean failed(String webhook, int attempts) {
        JsonNode waiting = fixture.deliveries(fixture.alice, webhook, "waiting").path(0);
        return waiting.path("attempts").asInt() == attempts
                && waiting.path("error").isTextual()
                && receiver.got.size() == attempts
                && sending() == 0;
    }

    private int sending() {
        return fixture.node.database.read(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .createQuery("SELECT count(*) FROM delivery WHERE sending = 1")
                                .mapTo(Integer.class)
                                .one());
    }

    @Test
    void aRedirectIsNoDelivery() {
        receiver.status = 302;
        String id = hook("");
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        fixture.until(() -> failed(id, 1));
        assertThat(receiver.got)
                .extracting(WebhookReceiver.ReceivedRequest::path)
                .containsExactly("/in?k=v");
        assertThat(fixture.deliveries(fixture.alice, id, "waiting").get(0).path("error").asText())
                .contains("302", "redirect");
    }

    @Test
    void nothingIsSentToAPrivateAddressThatIsNotAllowed() {
        String id = hook("");
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        EventModule closed = fixture.another(false);
        EventFixture.until(
                () ->
                        fixture.deliveries(fixture.alice, id, "waiting")
                                .path(0)
                                .path("error")
                                .asText()
                                .contains("private network"),
                closed);
        assertThat(receiver.got).isEmpty();
        closed.close();
        fixture.node.pass(Duration.ofMinutes(1));
        fixture.until(fixture.alice, id, "delivered", 1);
    }

    @Test
    void forADayBothSecretsSign() throws Exception {
        JsonNode made = fixture.webhook(fixture.alice, receiver.url("/"), "");
        String id = made.path("id").asText();
        String before = made.path("secret").asText();
        String after =
                fixture.ok(fixture.alice, "POST", "/v1/webhooks/" + id + "/secret", "")
                        .path("secret")
                        .asText();
        assertThat(after).matches("[0-9a-f]{64}").isNotEqualTo(before);
        fixture.node.pass(Duration.ofHours(24).minusSeconds(1));
        fixture.add(EventType.ROLLOUT_STARTED, fixture.alice, "r1");
        fixture.until(fixture.alice, id, "delivered", 1);
        signed(receiver.got.get(0), fixture.node.now.get().getEpochSecond(), after, before);
        fixture.node.pass(Duration.ofSeconds(2));
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        fixture.until(fixture.alice, id, "delivered", 2);
        signed(receiver.got.get(1), fixture.node.now.get().getEpochSecond(), after);
    }

    @Test
    void aFullQueueGivesUpTheOldest() {
        String id = hook(",\"types\":[\"offered\"]");
        var many = new NewEvent[Dispatcher.MOST_WAITING + 5];
        Arrays.fill(
                many,
                EventFixture.event(EventType.OFFERED, fixture.alice.caller().accountId(), ""));
        fixture.add(many);
        receiver.takesMs = 60_000;
        fixture.until(fixture.alice, id, "dead", 5);
        JsonNode dead = fixture.deliveries(fixture.alice, id, "dead");
        assertThat(dead)
                .allSatisfy(one ->
                        assertThat(one.path("error").asText()).isEqualTo(Dispatcher.QUEUE_FULL));
        String oldest =
                fixture.node.database.read(
                        Plane.CONSOLE,
                        tx ->
                                tx.handle()
                                        .createQuery(
                                                "SELECT min(id) FROM delivery WHERE state = 0"
                                                        + " AND sending = 0")
                                        .mapTo(String.class)
                                        .one());
        assertThat(dead.get(0).path("id").asLong()).isLessThan(Long.parseLong(oldest));
        assertThat(fixture.ok(fixture.alice, "GET", "/v1/webhooks/" + id, "").path("active"))
                .as("a full queue doesn't disable the webhook")
                .hasToString("true");
    }

    @Test
    void fiftyDeadLettersInARowSwitchItOff() {
        receiver.status = 500;
        String id = hook("");
        for (int i = 0; i < Sender.MOST_DEAD; i++) {
            fixture.add(EventType.STAGE_STARTED, fixture.alice, "r" + i);
        }
        fixture.module.deliver();
        lastAttempt(id, Sender.MOST_DEAD - 1);
        fixture.until(fixture.alice, id, "dead", Sender.MOST_DEAD - 1);
        assertThat(active(id)).isTrue();
        lastAttempt(id, 1);
        fixture.until(fixture.alice, id, "dead", Sender.MOST_DEAD);
        JsonNode off = fixture.ok(fixture.alice, "GET", "/v1/webhooks/" + id, "");
        assertThat(off.path("active").asBoolean()).isFalse();
        assertThat(off.path("offReason").asText()).contains("50", "HTTP 500");
        JsonNode event = fixture.ok(fixture.alice, "GET", "/v1/events?type=webhook_off", "").get(0);
        assertThat(event.path("data").path("webhookId").asText()).isEqualTo(id);
        fixture.add(EventType.ROLLOUT_PAUSED, fixture.alice, "missed");
        fixture.module.deliver();
        receiver.status = 200;
        fixture.ok(fixture.alice, "PUT", "/v1/webhooks/" + id, "{\"active\":true}");
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        fixture.until(fixture.alice, id, "delivered", 1);
        assertThat(receiver.got.getLast().type()).as("from now on").isEqualTo("rollout_done");
        JsonNode on = fixture.ok(fixture.alice, "GET", "/v1/webhooks/" + id, "");
        assertThat(on.path("offReason").isNull()).isTrue();
    }

    private boolean active(String id) {
        return fixture.ok(fixture.alice, "GET", "/v1/webhooks/" + id, "")
                .path("active")
                .asBoolean();
    }

    /** This many deliveries have only one attempt left; the others wait forever. */
    private void lastAttempt(String id, int count) {
        fixture.node.database.run(
                Plane.CONSOLE,
                tx -> {
                    tx.handle()
                            .execute("UPDATE delivery SET due_at = 9999999999999 WHERE state = 0");
                    tx.handle()
                            .execute(
                                    "UPDATE delivery SET due_at = 0, sending = 0, attempts = ?"
                                            + " WHERE id IN (SELECT id FROM delivery"
                                            + " WHERE state = 0 AND webhook_id = ? LIMIT ?)",
                                    BackOff.ATTEMPTS - 1,
                                    id,
                                    count);
                });
    }

    @Test
    void claimedDeliveriesOfADeadNodeAreSentByTheNext() {
        String id = hook("");
        fixture.add(EventType.ROLLOUT_STARTED, fixture.alice, "r1");
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        // Reads the events, claims the first and crashes.
        receiver.status = 503;
        fixture.until(() -> failed(id));
        fixture.node.database.run(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .execute(
                                        "UPDATE delivery SET sending = 1, attempts = 1, due_at = ?",
                                        fixture.node.now.get().toEpochMilli()
                                                + Sender.LEASE.toMillis()));
        fixture.module.close();
        int before = receiver.got.size();
        receiver.status = 200;
        EventModule next = fixture.another(true);
        next.deliver();
        assertThat(fixture.deliveries(fixture.alice, id, "delivered")).isEmpty();
        fixture.node.pass(Sender.LEASE);
        EventFixture.until(
                () -> fixture.deliveries(fixture.alice, id, "delivered").size() == 2, next);
        assertThat(receiver.got).hasSize(before + 2);
        var ids = new HashSet<String>();
        receiver.got.forEach(got -> ids.add(got.delivery()));
        assertThat(ids).as("the same deliveries").hasSize(2);
    }

    private boolean failed(String id) {
        JsonNode waiting = fixture.deliveries(fixture.alice, id, "waiting");
        return waiting.size() == 2
                && sending() == 0
                && waiting.get(0).path("attempts").asInt() == 1
                && waiting.get(1).path("attempts").asInt() == 1;
    }

    @Test
    void whatWasAddedWhileNobodyReadIsNotLost() {
        String id = hook("");
        fixture.module.close();
        for (int i = 0; i < 2_500; i++) {
            fixture.add(
                    new NewEvent(
                            i % 100 == 0 ? EventType.STAGE_STARTED : EventType.OFFERED,
                            fixture.alice.caller().accountId(),
                            "r1",
                            "",
                            "",
                            Map.of("n", i)));
        }
        EventModule next = fixture.another(true);
        EventFixture.until(
                () -> fixture.deliveries(fixture.alice, id, "delivered").size() == 25, next);
        var numbers = receiver.got.stream().map(got -> got.json().path("data").path("n").asInt());
        assertThat(numbers).doesNotHaveDuplicates().allMatch(n -> n % 100 == 0).hasSize(25);
    }

    @Test
    void aClockThatWasSetBackHidesNothing() {
        String id = hook("");
        fixture.add(EventType.ROLLOUT_STARTED, fixture.alice, "r1");
        fixture.until(fixture.alice, id, "delivered", 1);
        fixture.module.close();
        fixture.node.pass(Duration.ofHours(-2));
        EventModule next = fixture.another(true);
        var event =
                EventFixture.event(EventType.ROLLOUT_DONE, fixture.alice.caller().accountId(), "");
        fixture.node.database.run(Plane.CONSOLE, tx -> fixture.anothers.add(tx, event));
        EventFixture.until(() -> receiver.got.size() == 2, next);
        assertThat(receiver.types()).containsExactly("rollout_started", "rollout_done");
    }

    @Test
    void aSlowReceiverGetsTwoAtOnce() {
        receiver.takesMs = 300;
        String slow = hook("");
        for (int i = 0; i < 6; i++) {
            fixture.add(EventType.STAGE_STARTED, fixture.alice, "r" + i);
        }
        fixture.until(fixture.alice, slow, "delivered", 6);
        assertThat(receiver.mostAtOnce).hasValueLessThanOrEqualTo(Sender.AT_ONCE_EACH);
    }

    @Test
    void aDeletedWebhookLeavesNothing() {
        String id = hook("");
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        fixture.until(fixture.alice, id, "delivered", 1);
        fixture.ok(fixture.alice, "DELETE", "/v1/webhooks/" + id, "");
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        fixture.module.deliver();
        int left =
                fixture.node.database.read(
                        Plane.CONSOLE,
                        tx ->
                                tx.handle()
                                        .createQuery("SELECT count(*) FROM delivery")
                                        .mapTo(Integer.class)
                                        .one());
        assertThat(left).isZero();
    }

    @Test
    void oldDeliveriesAreDeleted() {
        String id = hook("");
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        fixture.until(fixture.alice, id, "delivered", 1);
        fixture.node.pass(Duration.ofDays(91));
        fixture.module.clean();
        assertThat(fixture.deliveries(fixture.alice, id, "")).isEmpty();
    }
}
