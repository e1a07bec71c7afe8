package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The effect of untrusted accounts' devices in an administrator's rollout. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class StrangersTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person admin;
    private Strangers strangers;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
        admin = Person.register(server, "admin");
        strangers = new Strangers(admin, 1);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode get(String id) {
        return admin.ok("GET", "/v1/rollouts/" + id, "");
    }

    @Test
    void oneDecidesNothingAndTwoAskAPerson() {
        String id = strangers.rollout("2.5.0");
        server.main.housekeep();
        strangers.crash(strangers.one);
        JsonNode one = get(id);
        assertThat(one.path("status").asText()).as(one.toPrettyString()).isEqualTo("RUNNING");
        assertThat(one.path("halted")).isEmpty();
        assertThat(one.path("paused")).isEmpty();
        strangers.crash(strangers.other);
        JsonNode two = get(id);
        assertThat(two.path("status").asText()).as(two.toPrettyString()).isEqualTo("PAUSED");
        assertThat(two.path("halted")).isEmpty();
        assertThat(two.at("/paused/0/verdict/code").asText()).isEqualTo("OTHERS_FAILED");
        assertThat(two.at("/paused/0/verdict/counted/others").asInt()).isEqualTo(2);
        assertThat(two.at("/paused/0/verdict/counted/en").asText())
                .isEqualTo("Counted: 0 devices in full; 2 of 2 other accounts as 2");
        assertThat(two.at("/stageDetails/0/strata/0/paused").asBoolean()).isTrue();
        JsonNode devices = admin.ok("GET", "/v1/rollouts/" + id + "/devices", "");
        assertThat(devices.findValues("vote"))
                .extracting(vote -> vote.path("code").asText())
                .containsExactly("LIMITED", "LIMITED");
        JsonNode feed = admin.ok("GET", "/v1/events?rollout=" + id, "");
        assertThat(feed.findValuesAsText("type")).contains("stratum_paused", "rollout_paused");
        assertThat(feed.findValues("counted")).as("the counted accounts are recorded").isNotEmpty();

        JsonNode goesOn = admin.ok("POST", "/v1/rollouts/" + id + "/resume", "{}");
        assertThat(goesOn.path("status").asText()).isEqualTo("RUNNING");
        assertThat(goesOn.path("paused")).isEmpty();
        server.main.housekeep();
        assertThat(get(id).path("paused")).as("without them").isEmpty();
        admin.fails(409, "POST", "/v1/rollouts/" + id + "/halt", "{}");
    }

    @Test
    void aPersonHaltsIt() {
        String id = strangers.rollout("2.5.0");
        strangers.crash();
        JsonNode halted = admin.ok("POST", "/v1/rollouts/" + id + "/halt", "{\"why\":\"seen it\"}");
        assertThat(halted.path("status").asText()).isEqualTo("HALTED");
        assertThat(halted.path("halted")).hasSize(1);
        assertThat(halted.path("paused")).isEmpty();
        JsonNode told = admin.ok("GET", "/v1/events?type=stratum_halted", "");
        assertThat(told).hasSize(1);
        assertThat(told.at("/0/data/by").asText()).isEqualTo("admin");
        assertThat(told.at("/0/data/why").asText()).isEqualTo("seen it");
        assertThat(admin.ok("GET", "/v1/events?type=rollout_halted", "")).hasSize(1);
    }

    @Test
    void aTrustedAccountsDevicesHaltOnTheirOwn() {
        String id = "";
        for (JsonNode user : admin.ok("GET", "/v1/users?limit=10", "")) {
            id = user.path("username").asText().equals("stranger1") ? user.path("id").asText() : id;
        }
        assertThat(id).isNotEmpty();
        admin.ok("PUT", "/v1/users/" + id, "{\"trusted\":true}");
        String rollout = strangers.rollout("2.5.0");
        strangers.crash(strangers.one);
        assertThat(get(rollout).path("status").asText()).isEqualTo("HALTED");
        assertThat(get(rollout).at("/verdict/counted/full").asInt()).isEqualTo(1);
    }

    @Test
    void whatIsBoundAfterTheRolloutWasMadeIsNotCounted() {
        String id = strangers.rollout("2.5.0");
        var late = new Strangers(admin, 3);
        late.crash();
        JsonNode now = get(id);
        assertThat(now.path("status").asText()).isEqualTo("RUNNING");
        assertThat(now.at("/stageDetails/0/tally/bad").asInt())
                .as("shown, not counted")
                .isEqualTo(2);
        assertThat(now.path("paused")).isEmpty();
        server.main.housekeep();
        assertThat(get(id).at("/stageDetails/0/strata/0/leftOut").asInt()).isEqualTo(2);
    }
}
