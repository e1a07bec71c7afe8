package io.slipway.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.account.TestAccounts;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class EventFeedTest {

    private static final String MAC = "aa:bb:cc:dd:ee:01";

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

    private List<String> types(TestAccounts.Login who, String query) {
        var types = new ArrayList<String>();
        fixture.ok(who, "GET", "/v1/events?" + query, "")
                .forEach(event -> types.add(event.path("type").asText()));
        return types;
    }

    @Test
    void anEventIsThereExactlyIfItsTransactionCommits() {
        fixture.add(EventType.ROLLOUT_STARTED, fixture.alice, "r1");
        assertThatThrownBy(() ->
                        fixture.node.database.run(
                                Plane.CONSOLE,
                                tx -> {
                                    fixture.events.add(
                                            tx,
                                            EventFixture.event(
                                                    EventType.ROLLOUT_HALTED,
                                                    fixture.alice.caller().accountId(),
                                                    "r1"));
                                    throw new IllegalArgumentException("undone");
                                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(types(fixture.alice, "")).containsExactly("rollout_started");
        JsonNode event = fixture.ok(fixture.alice, "GET", "/v1/events", "").get(0);
        assertThat(event.path("id").isTextual()).isTrue();
        assertThat(event.path("at").asText()).isEqualTo("2026-08-01T00:00:00Z");
        assertThat(event.path("accountId").asText()).isEqualTo(fixture.alice.caller().accountId());
        assertThat(event.path("rolloutId").asText()).isEqualTo("r1");
        assertThat(event.path("buildId").asText()).isEqualTo("b1");
        assertThat(event.path("mac").isNull()).isTrue();
        assertThat(event.path("data").path("stage").asInt()).isEqualTo(1);
        assertThat(event.path("text").path("zh").asText()).isNotBlank();
        assertThat(event.path("text").path("en").asText()).isNotBlank();
    }

    @Test
    void theNumberOfARuleInOldRowsIsNotShown() {
        Map<String, Object> data = Map.of("cause", "CRASHED_EARLY", "rule", "an old one");
        String account = fixture.alice.caller().accountId();
        fixture.add(new NewEvent(EventType.ROLLED_BACK, account, "r1", "b1", MAC, data));
        JsonNode shown = fixture.ok(fixture.alice, "GET", "/v1/events", "").get(0).path("data");
        assertThat(shown.path("cause").asText()).isEqualTo("CRASHED_EARLY");
        assertThat(shown.has("rule")).isFalse();
    }

    @Test
    void everybodySeesHisOwnAndAnAdministratorAll() {
        fixture.add(EventType.ROLLOUT_STARTED, fixture.alice, "r1");
        fixture.add(EventType.ROLLOUT_PAUSED, fixture.bob, "r2");
        fixture.add(EventFixture.event(EventType.OUTAGE, "", ""));
        assertThat(types(fixture.alice, "")).containsExactly("rollout_started");
        assertThat(types(fixture.alice, "rollout=r2")).isEmpty();
        assertThat(types(fixture.bob, "")).containsExactly("rollout_paused");
        assertThat(types(fixture.admin, ""))
                .containsExactly("outage", "rollout_paused", "rollout_started");
        assertThat(fixture.node.call("GET", "/v1/events", "").status()).isEqualTo(401);
    }

    @Test
    void filtersSiftEachByItselfAndTogether() {
        String alice = fixture.alice.caller().accountId();
        fixture.add(
                new NewEvent(EventType.OFFERED, alice, "r1", "b1", MAC, Map.of()),
                new NewEvent(EventType.CONFIRMED, alice, "r1", "b1", MAC, Map.of()),
                new NewEvent(EventType.OFFERED, alice, "r2", "b2", "aa:bb:cc:dd:ee:02", Map.of()),
                new NewEvent(EventType.GATE_PASSED, alice, "r1", "b1", "", Map.of()));
        fixture.node.pass(Duration.ofHours(1));
        fixture.add(new NewEvent(EventType.STAGE_STARTED, alice, "r1", "b1", "", Map.of()));
        assertThat(types(fixture.alice, "type=offered")).hasSize(2);
        assertThat(types(fixture.alice, "type=gate_passed,stage_started&rollout=r1"))
                .containsExactly("stage_started", "gate_passed");
        assertThat(types(fixture.alice, "type=gate_passed")).containsExactly("gate_passed");
        assertThat(types(fixture.alice, "mac=AA-BB-CC-DD-EE-01"))
                .containsExactly("confirmed", "offered");
        assertThat(types(fixture.alice, "mac=" + MAC + "&type=offered&rollout=r1&build=b1"))
                .containsExactly("offered");
        assertThat(types(fixture.alice, "build=b2")).containsExactly("offered");
        assertThat(types(fixture.alice, "rollout=r1&build=b2")).isEmpty();
        assertThat(types(fixture.alice, "since=2026-08-01T00:30:00Z"))
                .containsExactly("stage_started");
        assertThat(types(fixture.alice, "until=2026-08-01T00:30:00Z")).hasSize(4);
        long hour = fixture.node.now.get().toEpochMilli();
        assertThat(types(fixture.alice, "since=" + hour)).hasSize(1);
        assertThat(types(fixture.alice, "until=" + hour)).hasSize(4);
        for (String bad :
                List.of(
                        "type=exploded",
                        "mac=x",
                        "since=yesterday",
                        "until=99999999999999999999",
                        "cursor=x",
                        "limit=x",
                        "rollout=" + "r".repeat(65))) {
            var answer = fixture.call(fixture.alice, "GET", "/v1/events?" + bad, "");
            assertThat(answer.status()).as(bad).isEqualTo(400);
        }
    }

    /** Whatever the filter, all pages together equal a naive scan of all events. */
    @Test
    void pagesHaveAllAndEachOnce() {
        var random = new Random(4);
        var types = List.of(EventType.OFFERED, EventType.CONFIRMED, EventType.GATE_PASSED);
        var logins = List.of(fixture.alice, fixture.bob);
        record Added(String type, TestAccounts.Login who, String rollout) {}
        var added = new ArrayList<Added>();
        for (int i = 0; i < 300; i++) {
            EventType type = types.get(random.nextInt(types.size()));
            TestAccounts.Login who = logins.get(random.nextInt(2));
            String rollout = List.of("", "r1", "r2").get(random.nextInt(3));
            fixture.add(type, who, rollout);
            added.addFirst(new Added(type.wire(), who, rollout));
        }
        for (String type : List.of("", "offered", "gate_passed", "confirmed,gate_passed")) {
            for (String rollout : List.of("", "r1")) {
                var expected =
                        added.stream()
                                .filter(event -> event.who().equals(fixture.alice))
                                .filter(event -> type.isEmpty() || type.contains(event.type()))
                                .filter(event ->
                                        rollout.isEmpty() || rollout.equals(event.rollout()))
                                .map(Added::type)
                                .toList();
                String query = "limit=7&type=" + type + "&rollout=" + rollout;
                assertThat(all(fixture.alice, query)).as(query).isEqualTo(expected);
            }
        }
    }

    private List<String> all(TestAccounts.Login who, String query) {
        var types = new ArrayList<String>();
        String cursor = "";
        do {
            var answer = fixture.call(who, "GET", "/v1/events?" + query + cursor, "").json();
            answer.path("data").forEach(event -> types.add(event.path("type").asText()));
            String next = answer.path("nextCursor").asText("");
            cursor = answer.path("nextCursor").isNull() ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        return types;
    }

    @Test
    void aRareEventIsFoundBehindManyOthers() {
        String alice = fixture.alice.caller().accountId();
        var many = new NewEvent[EventStore.WINDOW + 50];
        fixture.add(EventType.ROLLED_BACK, fixture.alice, "r1");
        fixture.add(EventType.ROLLOUT_STARTED, fixture.alice, "r1");
        java.util.Arrays.fill(
                many, new NewEvent(EventType.OFFERED, alice, "r1", "", MAC, Map.of()));
        fixture.add(many);
        assertThat(types(fixture.alice, "type=rollout_started"))
                .as("events of rollouts are found by an index")
                .containsExactly("rollout_started");
        assertThat(types(fixture.alice, "type=rollout_started&rollout=r1")).hasSize(1);
        for (String query : List.of("", "&rollout=r1")) {
            String rare = "limit=5&type=rolled_back" + query;
            assertThat(types(fixture.alice, rare))
                    .as("a page reads a bounded number of events")
                    .isEmpty();
            assertThat(all(fixture.alice, rare)).containsExactly("rolled_back");
        }
        assertThat(all(fixture.admin, "type=rolled_back")).containsExactly("rolled_back");
    }

    @Test
    void oldEventsAreDeleted() {
        fixture.add(EventType.ROLLOUT_STARTED, fixture.alice, "r1");
        fixture.node.pass(Duration.ofDays(89));
        fixture.add(EventType.ROLLOUT_DONE, fixture.alice, "r1");
        fixture.module.clean();
        assertThat(types(fixture.alice, "")).hasSize(2);
        fixture.node.pass(Duration.ofDays(2));
        fixture.module.clean();
        assertThat(types(fixture.alice, "")).containsExactly("rollout_done");
    }

    @Test
    void dataHasALimitAndOddTextsDoNoHarm() {
        String alice = fixture.alice.caller().accountId();
        Map<String, Object> odd =
                Map.of("version", "1\0\ud800x", "list", List.of(1, "\udfff"), "n", Long.MAX_VALUE);
        fixture.add(new NewEvent(EventType.EXTERNAL, alice, "", "", MAC, odd));
        JsonNode data = fixture.ok(fixture.alice, "GET", "/v1/events", "").get(0).path("data");
        assertThat(data.path("version").asText()).isEqualTo("1\0?x");
        assertThat(data.path("list").get(1).asText()).isEqualTo("?");
        assertThat(data.path("n").asLong()).isEqualTo(Long.MAX_VALUE);
        Map<String, Object> fits = Map.of("x", "中".repeat((NewEvent.MAX_DATA - 8) / 3));
        fixture.add(new NewEvent(EventType.EXTERNAL, alice, "", "", MAC, fits));
        Map<String, Object> large = Map.of("x", "中".repeat(NewEvent.MAX_DATA / 3));
        var event = new NewEvent(EventType.EXTERNAL, alice, "", "", MAC, large);
        assertThatThrownBy(() -> fixture.add(event)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wireNamesAreOfOneKindAndKnown() {
        for (EventType type : EventType.values()) {
            assertThat(type.wire()).isEqualTo(type.name().toLowerCase(java.util.Locale.ROOT));
            assertThat(EventType.of(type.wire())).contains(type);
            assertThat(type.zh()).isNotBlank();
            assertThat(type.en()).isNotBlank();
        }
        assertThat(EventType.of("OFFERED")).isEmpty();
    }
}
