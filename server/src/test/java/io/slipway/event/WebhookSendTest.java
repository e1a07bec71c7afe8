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

/** Deliveries to a real server, on a clock that the test moves. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class WebhookSendTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Telling telling;
    private Receiver receiver;

    @BeforeEach
    void open() {
        telling = new Telling(engine, folder);
        receiver = new Receiver();
    }

    @AfterEach
    void close() {
        telling.close();
        receiver.close();
    }

    private String hook(String more) {
        return telling.webhook(telling.alice, receiver.url("/in?k=v"), more).path("id").asText();
    }

    /** Without any code of ours. */
    private static String hmac(String secret, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void signed(Receiver.Got got, long seconds, String... secrets) throws Exception {
        String body = new String(got.body(), StandardCharsets.UTF_8);
        var expected = new StringBuilder("t=" + seconds);
        for (String secret : secrets) {
            expected.append(",v1=").append(hmac(secret, seconds + "." + body));
        }
        assertThat(got.header("X-slipway-signature")).hasToString(expected.toString());
    }

    @Test
    void anEventArrivesSigned() throws Exception {
        JsonNode made = telling.webhook(telling.alice, receiver.url("/in?k=v"), "");
        telling.add(EventType.ROLLOUT_HALTED, telling.alice, "r1");
        telling.until(telling.alice, made.path("id").asText(), "delivered", 1);
        assertThat(receiver.got).hasSize(1);
        Receiver.Got got = receiver.got.getFirst();
        signed(got, telling.node.now.get().getEpochSecond(), made.path("secret").asText());
        assertThat(got.path()).isEqualTo("/in?k=v");
        assertThat(got.header("Content-type")).isEqualTo("application/json");
        assertThat(got.type()).isEqualTo("rollout_halted");
        JsonNode delivery =
                telling.deliveries(telling.alice, made.path("id").asText(), "delivered").get(0);
        assertThat(got.delivery()).isEqualTo(delivery.path("id").asText());
        assertThat(delivery.path("status").asInt()).isEqualTo(200);
        JsonNode feed = telling.ok(telling.alice, "GET", "/v1/events", "").get(0);
        assertThat(got.json()).as("the body is what the feed shows").isEqualTo(feed);
        assertThat(delivery.path("eventId")).isEqualTo(feed.path("id"));
    }

    @Test
    void aTestArrivesLikeAnEvent() throws Exception {
        JsonNode made = telling.webhook(telling.alice, receiver.url("/"), "");
        String id = made.path("id").asText();
        telling.ok(telling.alice, "POST", "/v1/webhooks/" + id + "/test", "");
        telling.until(telling.alice, id, "delivered", 1);
        Receiver.Got got = receiver.got.getFirst();
        signed(got, telling.node.now.get().getEpochSecond(), made.path("secret").asText());
        assertThat(got.type()).isEqualTo("test");
        assertThat(got.json().path("type").asText()).isEqualTo("test");
        assertThat(got.json().path("text").path("zh").asText()).isNotBlank();
    }

    @Test
    void aWebhookIsToldWhatItAskedForAndMaySee() {
        String standard = hook("");
        String devices = hook(",\"types\":[\"offered\",\"rollout_done\"]");
        String rollout = hook(",\"rolloutId\":\"r2\"");
        String strange = receiver.url("/all");
        String all =
                telling.webhook(telling.admin, strange, ",\"everyAccount\":true")
                        .path("id")
                        .asText();
        String admins = telling.webhook(telling.admin, strange, "").path("id").asText();
        telling.add(EventType.OFFERED, telling.alice, "r1");
        telling.add(EventType.CONFIRMED, telling.alice, "r1");
        telling.add(EventType.ROLLOUT_STARTED, telling.alice, "r1");
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r2");
        telling.add(EventType.ROLLOUT_DONE, telling.bob, "r2");
        telling.add(Telling.event(EventType.OUTAGE, "", ""));
        telling.until(telling.admin, all, "delivered", 4);
        telling.until(telling.alice, standard, "delivered", 2);
        telling.until(telling.alice, devices, "delivered", 2);
        telling.until(telling.alice, rollout, "delivered", 1);
        assertThat(types(standard)).containsExactlyInAnyOrder("rollout_started", "rollout_done");
        assertThat(types(devices)).containsExactlyInAnyOrder("offered", "rollout_done");
        assertThat(types(rollout)).containsExactly("rollout_done");
        assertThat(telling.deliveries(telling.admin, admins, "")).isEmpty();
        assertThat(receiver.got).hasSize(9);
    }

    private List<String> types(String webhook) {
        var types = new java.util.ArrayList<String>();
        telling.deliveries(telling.alice, webhook, "")
                .forEach(delivery -> types.add(delivery.path("type").asText()));
        return types;
    }

    @Test
    void whoeverIsNoAdministratorAnyMoreIsToldOfHisOwnOnly() {
        String id =
                telling.webhook(telling.admin, receiver.url("/"), ",\"everyAccount\":true")
                        .path("id")
                        .asText();
        set("admin = 0", telling.admin.caller().accountId());
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
        telling.add(EventType.ROLLOUT_STARTED, telling.admin, "r1");
        telling.until(telling.admin, id, "delivered", 1);
        assertThat(receiver.types()).containsExactly("rollout_started");
    }

    @Test
    void aDisabledAccountIsToldNothing() {
        String id = hook("");
        telling.add(EventType.ROLLOUT_STARTED, telling.alice, "r1");
        telling.module.tell();
        telling.until(telling.alice, id, "delivered", 1);
        telling.ok(telling.alice, "POST", "/v1/webhooks/" + id + "/test", "");
        set("disabled = 1", telling.alice.caller().accountId());
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
        String other = telling.webhook(telling.bob, receiver.url("/"), "").path("id").asText();
        telling.add(EventType.ROLLOUT_DONE, telling.bob, "r1");
        telling.until(telling.bob, other, "delivered", 1);
        telling.module.tell();
        set("disabled = 0", telling.alice.caller().accountId());
        telling.until(telling.alice, id, "delivered", 2);
        assertThat(telling.deliveries(telling.alice, id, ""))
                .as("the test alone waited")
                .hasSize(2);
    }

    private void set(String what, String account) {
        telling.node.database.run(
                Plane.CONSOLE,
                tx -> tx.handle().execute("UPDATE account SET " + what + " WHERE id = ?", account));
    }

    @Test
    void aFailureIsTriedAgainLaterAndLaterAndThenIsDead() {
        receiver.status = 503;
        String id = hook("");
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
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
            telling.until(() -> failed(id, made));
            Duration wait = waits.get(attempt - 1);
            telling.node.pass(wait.multipliedBy(8).dividedBy(10).minusMillis(1));
            telling.module.tell();
            JsonNode waiting = telling.deliveries(telling.alice, id, "waiting").get(0);
            assertThat(waiting.path("attempts").asInt()).as("not yet").isEqualTo(attempt);
            assertThat(waiting.path("error").asText()).isEqualTo("HTTP 503");
            telling.node.pass(wait.multipliedBy(4).dividedBy(10).plusMillis(2));
        }
        telling.until(telling.alice, id, "dead", 1);
        assertThat(receiver.got).hasSize(8);
        assertThat(receiver.got.stream().map(Receiver.Got::delivery).distinct()).hasSize(1);
        telling.node.pass(Duration.ofDays(7));
        telling.module.tell();
        receiver.status = 204;
        String dead = telling.deliveries(telling.alice, id, "dead").get(0).path("id").asText();
        telling.ok(
                telling.alice, "POST", "/v1/webhooks/" + id + "/deliveries/" + dead + "/retry", "");
        telling.until(telling.alice, id, "delivered", 1);
        assertThat(receiver.got).hasSize(9);
        assertThat(receiver.got.getLast().delivery()).isEqualTo(dead);
        assertThat(telling.deliveries(telling.alice, id, "dead")).isEmpty();
    }

    private boolean failed(String webhook, int attempts) {
        JsonNode waiting = telling.deliveries(telling.alice, webhook, "waiting").path(0);
        return waiting.path("attempts").asInt() == attempts
                && waiting.path("error").isTextual()
                && receiver.got.size() == attempts
                && sending() == 0;
    }

    private int sending() {
        return telling.node.database.read(
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
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
        telling.until(() -> failed(id, 1));
        assertThat(receiver.got).extracting(Receiver.Got::path).containsExactly("/in?k=v");
        assertThat(telling.deliveries(telling.alice, id, "waiting").get(0).path("error").asText())
                .contains("302", "redirect");
    }

    @Test
    void nothingIsSentToAPrivateAddressThatIsNotAllowed() {
        String id = hook("");
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
        EventModule closed = telling.another(false);
        Telling.until(
                () ->
                        telling.deliveries(telling.alice, id, "waiting")
                                .path(0)
                                .path("error")
                                .asText()
                                .contains("private network"),
                closed);
        assertThat(receiver.got).isEmpty();
        closed.close();
        telling.node.pass(Duration.ofMinutes(1));
        telling.until(telling.alice, id, "delivered", 1);
    }

    @Test
    void forADayBothSecretsSign() throws Exception {
        JsonNode made = telling.webhook(telling.alice, receiver.url("/"), "");
        String id = made.path("id").asText();
        String before = made.path("secret").asText();
        String after =
                telling.ok(telling.alice, "POST", "/v1/webhooks/" + id + "/secret", "")
                        .path("secret")
                        .asText();
        assertThat(after).matches("[0-9a-f]{64}").isNotEqualTo(before);
        telling.node.pass(Duration.ofHours(24).minusSeconds(1));
        telling.add(EventType.ROLLOUT_STARTED, telling.alice, "r1");
        telling.until(telling.alice, id, "delivered", 1);
        signed(receiver.got.get(0), telling.node.now.get().getEpochSecond(), after, before);
        telling.node.pass(Duration.ofSeconds(2));
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
        telling.until(telling.alice, id, "delivered", 2);
        signed(receiver.got.get(1), telling.node.now.get().getEpochSecond(), after);
    }

    @Test
    void aFullQueueGivesUpTheOldest() {
        String id = hook(",\"types\":[\"offered\"]");
        var many = new NewEvent[Dispatcher.MOST_WAITING + 5];
        Arrays.fill(many, Telling.event(EventType.OFFERED, telling.alice.caller().accountId(), ""));
        telling.add(many);
        receiver.takesMs = 60_000;
        telling.until(telling.alice, id, "dead", 5);
        JsonNode dead = telling.deliveries(telling.alice, id, "dead");
        assertThat(dead)
                .allSatisfy(one ->
                        assertThat(one.path("error").asText()).isEqualTo(Dispatcher.QUEUE_FULL));
        String oldest =
                telling.node.database.read(
                        Plane.CONSOLE,
                        tx ->
                                tx.handle()
                                        .createQuery(
                                                "SELECT min(id) FROM delivery WHERE state = 0"
                                                        + " AND sending = 0")
                                        .mapTo(String.class)
                                        .one());
        assertThat(dead.get(0).path("id").asLong()).isLessThan(Long.parseLong(oldest));
        assertThat(telling.ok(telling.alice, "GET", "/v1/webhooks/" + id, "").path("active"))
                .as("a full queue is no reason to switch it off")
                .hasToString("true");
    }

    @Test
    void fiftyDeadLettersInARowSwitchItOff() {
        receiver.status = 500;
        String id = hook("");
        for (int i = 0; i < Sender.MOST_DEAD; i++) {
            telling.add(EventType.STAGE_STARTED, telling.alice, "r" + i);
        }
        telling.module.tell();
        lastAttempt(id, Sender.MOST_DEAD - 1);
        telling.until(telling.alice, id, "dead", Sender.MOST_DEAD - 1);
        assertThat(active(id)).isTrue();
        lastAttempt(id, 1);
        telling.until(telling.alice, id, "dead", Sender.MOST_DEAD);
        JsonNode off = telling.ok(telling.alice, "GET", "/v1/webhooks/" + id, "");
        assertThat(off.path("active").asBoolean()).isFalse();
        assertThat(off.path("offReason").asText()).contains("50", "HTTP 500");
        JsonNode event = telling.ok(telling.alice, "GET", "/v1/events?type=webhook_off", "").get(0);
        assertThat(event.path("data").path("webhookId").asText()).isEqualTo(id);
        telling.add(EventType.ROLLOUT_PAUSED, telling.alice, "missed");
        telling.module.tell();
        receiver.status = 200;
        telling.ok(telling.alice, "PUT", "/v1/webhooks/" + id, "{\"active\":true}");
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
        telling.until(telling.alice, id, "delivered", 1);
        assertThat(receiver.got.getLast().type()).as("from now on").isEqualTo("rollout_done");
        JsonNode on = telling.ok(telling.alice, "GET", "/v1/webhooks/" + id, "");
        assertThat(on.path("offReason").isNull()).isTrue();
    }

    private boolean active(String id) {
        return telling.ok(telling.alice, "GET", "/v1/webhooks/" + id, "")
                .path("active")
                .asBoolean();
    }

    /** So many deliveries have but one attempt left; the others wait for ever. */
    private void lastAttempt(String id, int count) {
        telling.node.database.run(
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
    void whatANodeTookAndNeverEndedIsSentByTheNext() {
        String id = hook("");
        telling.add(EventType.ROLLOUT_STARTED, telling.alice, "r1");
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
        // Reads the events, takes the first and is gone.
        receiver.status = 503;
        telling.until(() -> failed(id));
        telling.node.database.run(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .execute(
                                        "UPDATE delivery SET sending = 1, attempts = 1, due_at = ?",
                                        telling.node.now.get().toEpochMilli()
                                                + Sender.LEASE.toMillis()));
        telling.module.close();
        int before = receiver.got.size();
        receiver.status = 200;
        EventModule next = telling.another(true);
        next.tell();
        assertThat(telling.deliveries(telling.alice, id, "delivered")).isEmpty();
        telling.node.pass(Sender.LEASE);
        Telling.until(() -> telling.deliveries(telling.alice, id, "delivered").size() == 2, next);
        assertThat(receiver.got).hasSize(before + 2);
        var ids = new HashSet<String>();
        receiver.got.forEach(got -> ids.add(got.delivery()));
        assertThat(ids).as("the same deliveries").hasSize(2);
    }

    private boolean failed(String id) {
        JsonNode waiting = telling.deliveries(telling.alice, id, "waiting");
        return waiting.size() == 2
                && sending() == 0
                && waiting.get(0).path("attempts").asInt() == 1
                && waiting.get(1).path("attempts").asInt() == 1;
    }

    @Test
    void whatWasAddedWhileNobodyReadIsNotLost() {
        String id = hook("");
        telling.module.close();
        for (int i = 0; i < 2_500; i++) {
            telling.add(
                    new NewEvent(
                            i % 100 == 0 ? EventType.STAGE_STARTED : EventType.OFFERED,
                            telling.alice.caller().accountId(),
                            "r1",
                            "",
                            "",
                            Map.of("n", i)));
        }
        EventModule next = telling.another(true);
        Telling.until(() -> telling.deliveries(telling.alice, id, "delivered").size() == 25, next);
        var numbers = receiver.got.stream().map(got -> got.json().path("data").path("n").asInt());
        assertThat(numbers).doesNotHaveDuplicates().allMatch(n -> n % 100 == 0).hasSize(25);
    }

    @Test
    void aClockThatWasSetBackHidesNothing() {
        String id = hook("");
        telling.add(EventType.ROLLOUT_STARTED, telling.alice, "r1");
        telling.until(telling.alice, id, "delivered", 1);
        telling.module.close();
        telling.node.pass(Duration.ofHours(-2));
        EventModule next = telling.another(true);
        var event = Telling.event(EventType.ROLLOUT_DONE, telling.alice.caller().accountId(), "");
        telling.node.database.run(Plane.CONSOLE, tx -> telling.anothers.add(tx, event));
        Telling.until(() -> receiver.got.size() == 2, next);
        assertThat(receiver.types()).containsExactly("rollout_started", "rollout_done");
    }

    @Test
    void aSlowReceiverGetsTwoAtOnce() {
        receiver.takesMs = 300;
        String slow = hook("");
        for (int i = 0; i < 6; i++) {
            telling.add(EventType.STAGE_STARTED, telling.alice, "r" + i);
        }
        telling.until(telling.alice, slow, "delivered", 6);
        assertThat(receiver.mostAtOnce).hasValueLessThanOrEqualTo(Sender.AT_ONCE_EACH);
    }

    @Test
    void aDeletedWebhookLeavesNothing() {
        String id = hook("");
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
        telling.until(telling.alice, id, "delivered", 1);
        telling.ok(telling.alice, "DELETE", "/v1/webhooks/" + id, "");
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
        telling.module.tell();
        int left =
                telling.node.database.read(
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
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
        telling.until(telling.alice, id, "delivered", 1);
        telling.node.pass(Duration.ofDays(91));
        telling.module.clean();
        assertThat(telling.deliveries(telling.alice, id, "")).isEmpty();
    }
}
