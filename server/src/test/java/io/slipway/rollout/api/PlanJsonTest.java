package io.slipway.rollout.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.Fields;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.rollout.json.PlanJson;
import io.slipway.rollout.json.PlanView;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Gates;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.NamedDevices;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.rules.plan.Schedule;
import io.slipway.rollout.rules.plan.Selection;
import io.slipway.rollout.rules.plan.Window;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanJsonTest {

    private static final List<String> WORDS =
            List.of("bread-compact-wifi", "客厅", "beta", "esp32s3", "a.b_c-1", "\"quoted\"");
    private static final List<String> ZONES =
            List.of("Asia/Shanghai", "UTC", "+08:00", "America/New_York");

    @Test
    void whatIsWrittenIsReadAgain() {
        var random = new Random(4);
        for (int i = 0; i < 20_000; i++) {
            RolloutPlan plan = plan(random);
            String json = Json.text(PlanView.of(plan));
            assertThat(read(json)).as(json).isEqualTo(plan);
            assertThat(Json.text(PlanView.of(read(json)))).isEqualTo(json);
        }
    }

    @Test
    void numbersAreWrittenAsPeopleWriteThem() {
        String json =
                """
                {"name":"n","build":"b","stages":[
                 {"percent":0.07,"failurePercent":0.3,"soakMinutes":90},{"percent":100}]}\
                """;
        assertThat(Json.text(PlanView.of(read(json))))
                .contains("\"percent\":0.07,", "\"failurePercent\":0.3,", "\"soakMinutes\":90}")
                .contains("\"percent\":100,", "\"deliveryPercent\":20,", "\"soakMinutes\":1440}");
    }

    @Test
    void whatIsLeftOutIsChosenCarefully() {
        PlanRequest some = request("{\"name\":\" n \",\"build\":\"b\"}");
        assertThat(some.plan().name()).isEqualTo("n");
        assertThat(some.plan().stages())
                .extracting(Rollout.Stage::share)
                .containsExactly(0.01, 0.10, 0.50, 1.0);
        Gate gate = some.plan().stages().getFirst().gate();
        assertThat((long) gate.minDecided())
                .as("the fewest that can pass")
                .isEqualTo(Gates.needed(gate));
        assertThat(some.plan().selection()).isEqualTo(Selection.ALL);
        assertThat(some.plan().schedule().limits().inFlight()).isPositive();

        PlanRequest named =
                request(
                        """
                        {"name":"n","build":"b","canaries":["AA-BB-CC-00-11-22"],
                         "macs":["aa:bb:cc:00:11:22","aabbcc001133","aa:bb:cc:00:11:33"]}\
                        """);
        assertThat(named.plan().stages().getFirst().share()).isZero();
        assertThat(named.plan().selection().listedOnly()).isTrue();
        assertThat(named.named().canaries().stream().map(DeviceNameText::of))
                .containsExactly("aa:bb:cc:00:11:22");
        assertThat(named.named().listed().stream().map(DeviceNameText::of))
                .containsExactly("aa:bb:cc:00:11:33");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|name",
                "{'name':' '}|name",
                "{'name':'n'}|build",
                "{'name':'n','build':'b','soak':1}|soak",
                "{'name':'n','build':'b','everyone':2}|everyone",
                "{'name':'n','build':'b','select':[]}|select",
                "{'name':'n','build':'b','select':{'board':'x'}}|select.board",
                "{'name':'n','build':'b','select':{'boards':'x'}}|select.boards",
                "{'name':'n','build':'b','select':{'tags':[' ']}}|select.tags",
                "{'name':'n','build':'b','select':{'from':'x.y'}}|select.from",
                "{'name':'n','build':'b','select':{'from':'2.0','to':'1.9'}}|select.to",
                "{'name':'n','build':'b','select':{'listedOnly':true}}|select.listedOnly",
                "{'name':'n','build':'b','stages':[]}|stages",
                "{'name':'n','build':'b','stages':[{}]}|stages[0].percent",
                "{'name':'n','build':'b','stages':[{'percent':'ten'}]}|stages[0].percent",
                "{'name':'n','build':'b','stages':[{'percent':0}]}|stages[0].percent",
                "{'name':'n','build':'b','stages':[{'percent':100.1}]}|stages[0].percent",
                "{'name':'n','build':'b','stages':[{'percent':1e999}]}|stages[0].percent",
                "{'name':'n','build':'b','stages':[{'percent':0.00001}]}|stages[0].percent",
                "{'name':'n','build':'b','stages':[{'percent':9},{'percent':8}]}|stages[1].percent",
                "{'name':'n','build':'b','stages':[{'percent':9,'soak':8}]}|stages[0].soak",
                "{'name':'n','build':'b','stages':[{'percent':9,'minDecided':-1}]}|stages[0].minDecided",
                "{'name':'n','build':'b','stages':[{'percent':9,'minDecided':1.5}]}|stages[0].minDecided",
                "{'name':'n','build':'b','stages':[{'percent':9,'failurePercent':0}]}|stages[0].failurePercent",
                "{'name':'n','build':'b','stages':[{'percent':9,'deliveryPercent':100}]}|stages[0].deliveryPercent",
                "{'name':'n','build':'b','stages':[{'percent':9,'soakMinutes':-1}]}|stages[0].soakMinutes",
                "{'name':'n','build':'b','limits':{'inFlight':-1}}|limits.inFlight",
                "{'name':'n','build':'b','limits':{'perminute':1}}|limits.perminute",
                "{'name':'n','build':'b','limits':{'bytesPerSecond':1000}}|limits.bytesPerSecond",
                "{'name':'n','build':'b','window':{'to':'05:00','zone':'UTC'}}|window.from",
                "{'name':'n','build':'b','window':{'from':'2 am','to':'05:00','zone':'UTC'}}|window.from",
                "{'name':'n','build':'b','window':{'from':'02:00','to':'24:00','zone':'UTC'}}|window.to",
                "{'name':'n','build':'b','window':{'from':'02:00','to':'05:00'}}|window.zone",
                "{'name':'n','build':'b','window':{'from':'02:00','to':'05:00','zone':'Mars/Base'}}|window.zone",
                "{'name':'n','build':'b','window':{'days':['M'],'from':'02:00','to':'05:00','zone':'UTC'}}|window.days",
                "{'name':'n','build':'b','startsAt':'tomorrow'}|startsAt",
                "{'name':'n','build':'b','startsAt':'2026-10-01T02:00:00'}|startsAt",
                "{'name':'n','build':'b','startsAt':1790000000}|startsAt",
                "{'name':'n','build':'b','startsAt':99999999999999999999}|startsAt",
                "{'name':'n','build':'b','canaries':['aa:bb:cc:00:11:22','x']}|canaries[1]",
                "{'name':'n','build':'b','macs':['aa:bb:cc:00:11']}|macs[0]"
            })
    void invalidFieldsAreNamedInBothLanguages(String body, String field) {
        assertThatThrownBy(() -> request(body.replace('\'', '"')))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> {
                            assertThat(problem.code()).isEqualTo(400);
                            assertThat(problem.data()).containsEntry("field", field);
                            assertThat(problem.message(true)).startsWith(field + "：");
                            assertThat(problem.message(false)).startsWith(field + ": ");
                        });
    }

    @Test
    void tooMuchOfAnythingIsRefused() {
        String stage = "{\"percent\":1}";
        refused("stages", "[" + (stage + ",").repeat(10) + stage + "]");
        refused("name", "\"" + "n".repeat(101) + "\"");
        refused("macs", "[" + "\"aa:bb:cc:00:11:22\",".repeat(NamedDevices.MOST) + "\"\"]");
    }

    private static void refused(String field, String value) {
        String name = field.equals("name") ? "" : "\"name\":\"n\",";
        String body = "{" + name + "\"build\":\"b\",\"" + field + "\":" + value + "}";
        assertThatThrownBy(() -> request(body))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.data()).containsEntry("field", field));
    }

    private static RolloutPlan read(String json) {
        return PlanJson.read(Json.read(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static PlanRequest request(String json) {
        return PlanRequest.read(new Fields(Json.read(json.getBytes(StandardCharsets.UTF_8))));
    }

    private static RolloutPlan plan(Random random) {
        var stages = new ArrayList<Rollout.Stage>();
        int millionths = 0;
        for (int i = random.nextInt(RolloutPlan.MAX_STAGES); i >= 0; i--) {
            millionths += random.nextInt(1_000_001 - millionths);
            stages.add(new Rollout.Stage(millionths / 1e6, gate(random)));
        }
        FirmwareVersion[] range = range(random);
        return new RolloutPlan(
                WORDS.get(random.nextInt(WORDS.size())),
                "0123456789abcdef",
                random.nextBoolean() ? "" : "fedcba",
                random.nextBoolean(),
                new Selection(
                        words(random),
                        words(random),
                        range[0],
                        range[1],
                        words(random),
                        words(random),
                        words(random),
                        random.nextBoolean()),
                stages,
                new Schedule(
                        new Limits(
                                random.nextInt(1_000),
                                random.nextInt(3),
                                random.nextBoolean() ? 0 : 65_536 + random.nextLong(1L << 40)),
                        random.nextBoolean() ? null : window(random),
                        random.nextBoolean() ? 0 : 1_700_000_000_000L + random.nextLong(1L << 40)),
                random.nextBoolean());
    }

    private static Gate gate(Random random) {
        return new Gate(
                random.nextInt(1_000),
                (1 + random.nextInt(999_999)) / 1e6,
                (1 + random.nextInt(999_999)) / 1e6,
                random.nextBoolean()
                        ? Duration.ofMinutes(random.nextInt(100_000))
                        : Duration.ofMillis(random.nextInt(1_000_000_000)));
    }

    private static FirmwareVersion[] range(Random random) {
        int low = random.nextInt(4);
        FirmwareVersion from = low == 0 ? null : Given.version("1." + low);
        FirmwareVersion to = random.nextBoolean() ? null : Given.version((low + 1) + ".0-rc");
        return new FirmwareVersion[] {from, to};
    }

    private static Set<String> words(Random random) {
        var words = new HashSet<String>();
        for (int i = random.nextInt(3); i > 0; i--) {
            words.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        return words;
    }

    private static Window window(Random random) {
        var days = new HashSet<DayOfWeek>();
        for (DayOfWeek day : DayOfWeek.values()) {
            if (random.nextInt(3) == 0) {
                days.add(day);
            }
        }
        return new Window(
                days,
                LocalTime.ofSecondOfDay(random.nextInt(1_440) * 60L),
                LocalTime.ofSecondOfDay(random.nextInt(86_400)),
                ZoneId.of(ZONES.get(random.nextInt(ZONES.size()))));
    }
}
