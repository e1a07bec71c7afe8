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
    private Telling telling;

    @BeforeEach
    void open() {
        telling = new Telling(engine, folder);
    }

    @AfterEach
    void close() {
        telling.close();
    }

    private List<String> types(TestAccounts.Login who, String query) {
        var types = new ArrayList<String>();
        telling.ok(who, "GET", "/v1/events?" + query, "")
                .forEach(event -> types.add(event.path("type").asText()));
        return types;
    }

    @Test
    void anEventIsThereExactlyIfItsTransactionCommits() {
        telling.add(EventType.ROLLOUT_STARTED, telling.alice, "r1");
        assertThatThrownBy(() ->
                        telling.node.database.run(
                                Plane.CONSOLE,
                                tx -> {
                                    telling.events.add(
                                            tx,
                                            Telling.event(
                                                    EventType.ROLLOUT_HALTED,
                                                    telling.alice.caller().accountId(),
                                                    "r1"));
                                    throw new IllegalArgumentException("undone");
                                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(types(telling.alice, "")).containsExactly("rollout_started");
        JsonNode event = telling.ok(telling.alice, "GET", "/v1/events", "").get(0);
        assertThat(event.path("id").isTextual()).isTrue();
        assertThat(event.path("at").asText()).isEqualTo("2026-08-01T00:00:00Z");
        assertThat(event.path("accountId").asText()).isEqualTo(telling.alice.caller().accountId());
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
        String account = telling.alice.caller().accountId();
        telling.add(new NewEvent(EventType.ROLLED_BACK, account, "r1", "b1", MAC, data));
        JsonNode shown = telling.ok(telling.alice, "GET", "/v1/events", "").get(0).path("data");
        assertThat(shown.path("cause").asText()).isEqualTo("CRASHED_EARLY");
        assertThat(shown.has("rule")).isFalse();
    }

    @Test
    void everybodySeesHisOwnAndAnAdministratorAll() {
        telling.add(EventType.ROLLOUT_STARTED, telling.alice, "r1");
        telling.add(EventType.ROLLOUT_PAUSED, telling.bob, "r2");
        telling.add(Telling.event(EventType.OUTAGE, "", ""));
        assertThat(types(telling.alice, "")).containsExactly("rollout_started");
        assertThat(types(telling.alice, "rollout=r2")).isEmpty();
        assertThat(types(telling.bob, "")).containsExactly("rollout_paused");
        assertThat(types(telling.admin, ""))
                .containsExactly("outage", "rollout_paused", "rollout_started");
        assertThat(telling.node.call("GET", "/v1/events", "").status()).isEqualTo(401);
    }

    @Test
    void filtersSiftEachByItselfAndTogether() {
        String alice = telling.alice.caller().accountId();
        telling.add(
                new NewEvent(EventType.OFFERED, alice, "r1", "b1", MAC, Map.of()),
                new NewEvent(EventType.CONFIRMED, alice, "r1", "b1", MAC, Map.of()),
                new NewEvent(EventType.OFFERED, alice, "r2", "b2", "aa:bb:cc:dd:ee:02", Map.of()),
                new NewEvent(EventType.GATE_PASSED, alice, "r1", "b1", "", Map.of()));
        telling.node.pass(Duration.ofHours(1));
        telling.add(new NewEvent(EventType.STAGE_STARTED, alice, "r1", "b1", "", Map.of()));
        assertThat(types(telling.alice, "type=offered")).hasSize(2);
        assertThat(types(telling.alice, "type=gate_passed,stage_started&rollout=r1"))
                .containsExactly("stage_started", "gate_passed");
        assertThat(types(telling.alice, "type=gate_passed")).containsExactly("gate_passed");
        assertThat(types(telling.alice, "mac=AA-BB-CC-DD-EE-01"))
                .containsExactly("confirmed", "offered");
        assertThat(types(telling.alice, "mac=" + MAC + "&type=offered&rollout=r1&build=b1"))
                .containsExactly("offered");
        assertThat(types(telling.alice, "build=b2")).containsExactly("offered");
        assertThat(types(telling.alice, "rollout=r1&build=b2")).isEmpty();
        assertThat(types(telling.alice, "since=2026-08-01T00:30:00Z"))
                .containsExactly("stage_started");
        assertThat(types(telling.alice, "until=2026-08-01T00:30:00Z")).hasSize(4);
        long hour = telling.node.now.get().toEpochMilli();
        assertThat(types(telling.alice, "since=" + hour)).hasSize(1);
        assertThat(types(telling.alice, "until=" + hour)).hasSize(4);
        for (String bad :
                List.of(
                        "type=exploded",
                        "mac=x",
                        "since=yesterday",
                        "until=99999999999999999999",
                        "cursor=x",
                        "limit=x",
                        "rollout=" + "r".repeat(65))) {
            var answer = telling.call(telling.alice, "GET", "/v1/events?" + bad, "");
            assertThat(answer.status()).as(bad).isEqualTo(400);
        }
    }

    /** Whatever is asked for, the pages together are what a plain look at all events gives. */
    @Test
    void pagesHaveAllAndEachOnce() {
        var random = new Random(4);
        var types = List.of(EventType.OFFERED, EventType.CONFIRMED, EventType.GATE_PASSED);
        var logins = List.of(telling.alice, telling.bob);
        record Added(String type, TestAccounts.Login who, String rollout) {}
        var added = new ArrayList<Added>();
        for (int i = 0; i < 300; i++) {
            EventType type = types.get(random.nextInt(types.size()));
            TestAccounts.Login who = logins.get(random.nextInt(2));
            String rollout = List.of("", "r1", "r2").get(random.nextInt(3));
            telling.add(type, who, rollout);
            added.addFirst(new Added(type.wire(), who, rollout));
        }
        for (String type : List.of("", "offered", "gate_passed", "confirmed,gate_passed")) {
            for (String rollout : List.of("", "r1")) {
                var expected =
                        added.stream()
                                .filter(event -> event.who().equals(telling.alice))
                                .filter(event -> type.isEmpty() || type.contains(event.type()))
                                .filter(event ->
                                        rollout.isEmpty() || rollout.equals(event.rollout()))
                                .map(Added::type)
                                .toList();
                String query = "limit=7&type=" + type + "&rollout=" + rollout;
                assertThat(all(telling.alice, query)).as(query).isEqualTo(expected);
            }
        }
    }

    private List<String> all(TestAccounts.Login who, String query) {
        var types = new ArrayList<String>();
        String cursor = "";
        do {
            var answer = telling.call(who, "GET", "/v1/events?" + query + cursor, "").json();
            answer.path("data").forEach(event -> types.add(event.path("type").asText()));
            String next = answer.path("nextCursor").asText("");
            cursor = answer.path("nextCursor").isNull() ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        return types;
    }

    @Test
    void aRareEventIsFoundBehindManyOthers() {
        String alice = telling.alice.caller().accountId();
        var many = new NewEvent[EventStore.WINDOW + 50];
        telling.add(EventType.ROLLED_BACK, telling.alice, "r1");
        telling.add(EventType.ROLLOUT_STARTED, telling.alice, "r1");
        java.util.Arrays.fill(
                many, new NewEvent(EventType.OFFERED, alice, "r1", "", MAC, Map.of()));
        telling.add(many);
        assertThat(types(telling.alice, "type=rollout_started"))
                .as("what happens to rollouts has an index")
                .containsExactly("rollout_started");
        assertThat(types(telling.alice, "type=rollout_started&rollout=r1")).hasSize(1);
        for (String query : List.of("", "&rollout=r1")) {
            String rare = "limit=5&type=rolled_back" + query;
            assertThat(types(telling.alice, rare)).as("one page looks only so far").isEmpty();
            assertThat(all(telling.alice, rare)).containsExactly("rolled_back");
        }
        assertThat(all(telling.admin, "type=rolled_back")).containsExactly("rolled_back");
    }

    @Test
    void oldEventsAreDeleted() {
        telling.add(EventType.ROLLOUT_STARTED, telling.alice, "r1");
        telling.node.pass(Duration.ofDays(89));
        telling.add(EventType.ROLLOUT_DONE, telling.alice, "r1");
        telling.module.clean();
        assertThat(types(telling.alice, "")).hasSize(2);
        telling.node.pass(Duration.ofDays(2));
        telling.module.clean();
        assertThat(types(telling.alice, "")).containsExactly("rollout_done");
    }

    @Test
    void dataHasALimitAndOddTextsDoNoHarm() {
        String alice = telling.alice.caller().accountId();
        Map<String, Object> odd =
                Map.of("version", "1\0\ud800x", "list", List.of(1, "\udfff"), "n", Long.MAX_VALUE);
        telling.add(new NewEvent(EventType.EXTERNAL, alice, "", "", MAC, odd));
        JsonNode data = telling.ok(telling.alice, "GET", "/v1/events", "").get(0).path("data");
        assertThat(data.path("version").asText()).isEqualTo("1\0?x");
        assertThat(data.path("list").get(1).asText()).isEqualTo("?");
        assertThat(data.path("n").asLong()).isEqualTo(Long.MAX_VALUE);
        Map<String, Object> fits = Map.of("x", "中".repeat((NewEvent.MAX_DATA - 8) / 3));
        telling.add(new NewEvent(EventType.EXTERNAL, alice, "", "", MAC, fits));
        Map<String, Object> large = Map.of("x", "中".repeat(NewEvent.MAX_DATA / 3));
        var event = new NewEvent(EventType.EXTERNAL, alice, "", "", MAC, large);
        assertThatThrownBy(() -> telling.add(event)).isInstanceOf(IllegalArgumentException.class);
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
