package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which pairs get a code, and who may guess how often (decisions D2). */
@ParameterizedClass
@EnumSource(TestEngine.class)
class CodesTest {

    private static final String[] NAMED = {"http.trusted-proxies", "127.0.0.1"};

    @Parameter TestEngine engine;
    @TempDir Path folder;

    private TestServer start(String... settings) {
        var all = new ArrayList<>(List.of(settings));
        all.addAll(List.of("activation.codes-at-once", "20", "activation.codes-per-second", "1"));
        return TestServer.start(engine, folder, all.toArray(new String[0]));
    }

    private static TestDevice madeUp(TestServer server, int index, String address) {
        return TestDevice.of(server, 0x100000 + index).from(address);
    }

    @Test
    void aRealDeviceHasItsCodeAtItsThirdRequestDespiteMadeUpOnes() {
        try (TestServer server = start(NAMED)) {
            Person owner = Person.register(server, "owner");
            TestDevice real = TestDevice.of(server, 1).from("203.0.113.7");
            String code = "";
            int questions = 0;
            while (code.isEmpty()) {
                for (int i = 0; i < 60; i++) {
                    madeUp(server, 60 * questions + i, "203.0.113.7").checkIn();
                }
                JsonNode answer = real.checkIn().path("activation");
                questions++;
                code = answer.path("code").asText("");
                assertThat(answer.path("challenge").asText()).isNotEmpty();
                assertThat(answer.path("message").asText()).isNotEmpty();
                if (code.isEmpty()) {
                    assertThat(real.poll()).as("a poll is not a check-in").isEqualTo(202);
                    server.clock.advance(Duration.ofSeconds(25));
                }
                assertThat(TestDevice.of(server, 500 + questions).from("198.51.100.9").code())
                        .as("other addresses notice nothing")
                        .isNotEmpty();
            }
            assertThat(questions).isEqualTo(3);
            var waits = owner.ok("GET", "/v1/overview", "").path("attention");
            assertThat(waits.toString()).contains("codes-withheld");
            // It keeps its code for ten minutes, while others go on.
            for (int minute = 0; minute < 9; minute++) {
                server.clock.advance(Duration.ofMinutes(1));
                for (int i = 0; i < 30; i++) {
                    madeUp(server, 10_000 + 100 * minute + i, "203.0.113.7").checkIn();
                }
            }
            owner.bind(code);
            assertThat(real.bound()).isTrue();
        }
    }

    @Test
    void atTheLimitTheNetworkWithMostLosesItsOldest() {
        try (TestServer server =
                TestServer.start(
                        engine,
                        folder,
                        "http.trusted-proxies",
                        "127.0.0.1",
                        "activation.max-codes",
                        "100")) {
            Person owner = Person.register(server, "owner");
            TestDevice few = TestDevice.of(server, 1).from("198.51.100.9");
            String code = few.code();
            for (int i = 0; i < 99; i++) {
                assertThat(madeUp(server, i, "203.0.113.7").code()).isNotEmpty();
            }
            server.main.housekeep();
            for (int i = 100; i < 130; i++) {
                assertThat(madeUp(server, i, "203.0.113.8").code()).isNotEmpty();
            }
            owner.bind(code);
            assertThat(few.bound()).as("no other network loses a code").isTrue();
        }
    }

    private static void wrong(Person person, int count, String address) {
        for (int i = 0; i < count; i++) {
            person.server.call(
                    "GET",
                    String.format("/v1/devices/code/%07d", 9_000_000 + i),
                    new byte[0],
                    "Authorization",
                    "Bearer " + person.token,
                    "X-Forwarded-For",
                    address);
        }
    }

    /** The status of the answer when a person at an address enters a code. */
    static int bind(Person person, String code, String address) {
        return person.server
                .call(
                        "POST",
                        "/xiaozhi/device/bind/" + person.agentId + "/" + code,
                        "{}".getBytes(StandardCharsets.UTF_8),
                        "Authorization",
                        "Bearer " + person.token,
                        "X-Forwarded-For",
                        address)
                .statusCode();
    }

    @Test
    void whileCodesAreGuessedAShortOneBindsWithinItsNetworkOnly() {
        try (TestServer server =
                TestServer.start(
                        engine,
                        folder,
                        "http.trusted-proxies",
                        "127.0.0.1",
                        "activation.wrong-codes-per-hour",
                        "1000",
                        "activation.wrong-codes-per-day",
                        "10000",
                        "activation.wrong-codes-per-address",
                        "10000")) {
            Person owner = Person.register(server, "owner");
            Person guesser = Person.register(server, "guesser");
            var waiting = new ArrayList<TestDevice>();
            for (int i = 0; i < 60; i++) {
                waiting.add(TestDevice.of(server, i).from("203.0.113.7"));
                waiting.getLast().code();
            }
            TestDevice mine = waiting.getLast();
            TestDevice near = waiting.get(30);
            String shortCode = mine.code();
            String nearCode = near.code();
            assertThat(shortCode).hasSize(7);
            // Fifty codes of seven digits: a wrong one adds 5 in a million.
            wrong(guesser, 900, "198.51.100.9");
            String longCode = mine.code();
            assertThat(longCode).hasSize(12).startsWith(shortCode);
            assertThat(bind(guesser, shortCode, "198.51.100.9"))
                    .as("a right code from elsewhere gets the answer for a wrong one")
                    .isEqualTo(400);
            assertThat(bind(owner, shortCode, "192.0.2.77")).isEqualTo(400);
            // All nodes get the same sum, and a new one learns it.
            server.main.housekeep();
            assertThat(mine.code()).isEqualTo(longCode);
            assertThat(bind(owner, longCode, "192.0.2.77")).isEqualTo(200);
            assertThat(mine.bound()).isTrue();
            assertThat(bind(owner, nearCode, "203.0.113.7")).as("in its network").isEqualTo(200);
            assertThat(owner.ok("GET", "/v1/overview", "").path("attention").toString())
                    .contains("codes-guessed");
            // A day later everything is normal again.
            server.clock.advance(Duration.ofHours(26));
            server.main.housekeep();
            TestDevice later = TestDevice.of(server, 400).from("203.0.113.7");
            assertThat(bind(owner.again("owner"), later.code(), "192.0.2.77")).isEqualTo(200);
        }
    }

    @Test
    void behindAProxyThatNobodyNamedEverybodyHasLimitsOfHisOwn() {
        try (TestServer server = start()) {
            Person owner = Person.register(server, "owner");
            for (int client = 0; client < 5; client++) {
                String address = "203.0.113." + client;
                int given = 0;
                for (int i = 0; i < 30; i++) {
                    boolean got = !madeUp(server, 100 * client + i, address).code().isEmpty();
                    given += got ? 1 : 0;
                }
                assertThat(given).as(address).isEqualTo(20);
            }
            String attention = owner.ok("GET", "/v1/overview", "").path("attention").toString();
            assertThat(attention).contains("proxy-unnamed").contains("127.0.0.1");
            // The reported address is trusted for limits only: nobody is nearby.
            var nearby =
                    server.call(
                            "GET",
                            "/v1/nearby",
                            new byte[0],
                            "Authorization",
                            "Bearer " + owner.token,
                            "X-Forwarded-For",
                            "203.0.113.1");
            assertThat(Person.json(nearby).path("off").asBoolean()).isTrue();
        }
    }

    @Test
    void accountsThatBindSequentialMacsAreShownToAdministrators() {
        try (TestServer server = TestServer.start(engine, folder)) {
            Person admin = Person.register(server, "admin");
            Person maker = Person.register(server, "maker");
            for (int i = 0; i < Sequences.RUN; i++) {
                maker.bind(TestDevice.of(server, 0x4000 + 2 * i).code());
                admin.bind(TestDevice.of(server, 0x9000 + 100 * i).code());
            }
            var attention = admin.ok("GET", "/v1/overview", "").path("attention");
            assertThat(attention).hasSize(1);
            assertThat(attention.at("/0/kind").asText()).isEqualTo("sequential-macs");
            assertThat(attention.at("/0/text/en").asText()).contains("maker", "127.0.0.1");
            assertThat(attention.at("/0/id").asText()).hasSize(32);
            assertThat(maker.ok("GET", "/v1/overview", "").path("attention")).isEmpty();
        }
    }
}
