package io.slipway.checkin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.strict.StrictAnswer;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** decisions D9: a server whose clock is wrong, or is set. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ClockTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person owner;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
        owner = Person.register(server, "owner");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** device-contract 2.5: without it, a device keeps its own clock. */
    @Test
    void aClockThatIsNotSetSetsNoOther() {
        TestDevice bound = TestDevice.of(server, 1);
        owner.bind(bound.code());
        TestDevice waiting = TestDevice.of(server, 2);
        Duration off = Duration.ofMillis(server.clock.millis() - 60_000);
        server.setClock(off.negated());
        for (int i = 0; i < 2; i++) {
            for (TestDevice device : new TestDevice[] {bound, waiting}) {
                JsonNode answer = device.checkIn();
                assertThat(answer.has("server_time")).isFalse();
                assertThat(answer.has("websocket")).isTrue();
                assertThat(answer.has("firmware")).isTrue();
                var read =
                        StrictAnswer.read(
                                answer.toString().getBytes(StandardCharsets.UTF_8),
                                DeviceProfile.of(Variant.WIFI, 1, 1).withVersion("2.4.2"),
                                server.clock.millis());
                assertThat(read.websocket()).isNotNull();
            }
        }
        assertThat(waiting.code()).isNotEmpty();
        server.setClock(off);
        for (TestDevice device : new TestDevice[] {bound, waiting}) {
            assertThat(device.checkIn().at("/server_time/timestamp").asLong())
                    .isEqualTo(server.clock.millis());
        }
    }

    /** On a board that learns the time only later. */
    @Test
    void whatHappensIn1970IsOneOfAKind() {
        Duration off = Duration.ofMillis(server.clock.millis() - 60_000);
        server.setClock(off.negated());
        Person other = Person.register(server, "second");
        for (int i = 10; i < 40; i++) {
            TestDevice device = TestDevice.of(server, i);
            (i % 2 == 0 ? owner : other).bind(device.code());
            assertThat(device.bound()).isTrue();
        }
        server.setClock(off);
        Person again = other.again("second");
        TestDevice later = TestDevice.of(server, 50);
        again.bind(later.code());
        assertThat(later.bound()).isTrue();
        assertThat(again.device(TestDevice.of(server, 11)).path("macAddress").asText())
                .isNotEmpty();
    }

    @Test
    void lastSeenFollowsTheClockBothWays() {
        TestDevice device = TestDevice.of(server, 1);
        owner.bind(device.code());
        server.setClock(Duration.ofDays(40));
        device.checkIn();
        server.main.housekeep();
        server.setClock(Duration.ofDays(-40));
        assertThat(seen(device)).as("a future time is shown as now").isEqualTo(now());
        server.clock.advance(Duration.ofSeconds(10));
        assertThat(seen(device)).isEqualTo(now());
        assertThat(owner.device(device).path("checkIns").get(0).asText()).isEqualTo(now());
        device.checkIn();
        server.main.housekeep();
        String then = now();
        server.clock.advance(Duration.ofHours(1));
        assertThat(seen(device)).isEqualTo(then);
    }

    private String now() {
        return Instant.ofEpochMilli(server.clock.millis()).toString();
    }

    private String seen(TestDevice device) {
        return owner.device(device).path("lastConnectedAt").asText();
    }

    /** A step of the server's clock must not require new codes. */
    @Test
    void codesOutliveAStep() {
        TestDevice device = TestDevice.of(server, 1);
        String code = device.code();
        for (Duration step : new Duration[] {Duration.ofDays(3), Duration.ofDays(-30)}) {
            server.setClock(step);
            server.main.housekeep();
            assertThat(device.code()).isEqualTo(code);
            server.clock.advance(Duration.ofMinutes(9));
            assertThat(device.code()).isEqualTo(code);
        }
        owner.again("owner").bind(code);
        assertThat(device.bound()).isTrue();
    }

    /** Where administrators look. */
    @Test
    void nodesThatAgreeAndATrustedClockAreWell() {
        JsonNode health = owner.ok("GET", "/v1/system", "").path("health");
        assertThat(health.path("clockSteady").asBoolean()).isTrue();
        assertThat(health.path("clocksAgree").asBoolean()).isTrue();
        server.setClock(Duration.ofHours(-3));
        health = owner.ok("GET", "/v1/system", "").path("health");
        assertThat(health.path("clockSteady").asBoolean()).isFalse();
        server.clock.advance(Duration.ofHours(1));
        health = owner.ok("GET", "/v1/system", "").path("health");
        assertThat(health.path("clockSteady").asBoolean()).isTrue();
    }

    /** A code created in the future does not live until then. */
    @Test
    void aCodeOfAClockThatWasAheadDies() {
        server.setClock(Duration.ofDays(30));
        server.clock.advance(Duration.ofHours(2));
        TestDevice device = TestDevice.of(server, 1);
        String code = device.code();
        server.setClock(Duration.ofDays(-30));
        server.clock.advance(Duration.ofHours(2));
        server.main.housekeep();
        assertThat(device.code()).isNotEqualTo(code).isNotEmpty();
    }

    /** A failure while the clock was ahead does not lock anybody out until then. */
    @Test
    void throttlesEndWhenTheClockGoesBack() {
        server.setClock(Duration.ofDays(300));
        Person ahead = owner.again("owner");
        for (int i = 0; i < 5; i++) {
            ahead.fails(400, "POST", "/xiaozhi/device/bind/" + owner.agentId + "/111111", "");
        }
        ahead.fails(429, "POST", "/xiaozhi/device/bind/" + owner.agentId + "/111111", "");
        server.setClock(Duration.ofDays(-300));
        TestDevice device = TestDevice.of(server, 1);
        owner.bind(device.code());
        assertThat(device.bound()).isTrue();
    }
}
