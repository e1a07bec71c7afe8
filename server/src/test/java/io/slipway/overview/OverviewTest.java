package io.slipway.overview;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
class OverviewTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person admin;
    private Person owner;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
        // Late in the evening in Shanghai: 22:13.
        admin = Person.register(server, "admin");
        owner = Person.register(server, "owner");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestDevice bound(Person person, int index, String version) {
        TestDevice device = TestDevice.of(server, index).withVersion(version);
        person.bind(device.code());
        device.checkIn();
        return device;
    }

    private JsonNode overview(Person person) {
        return person.ok("GET", "/v1/overview", "");
    }

    private void later(Duration time) {
        server.main.housekeep();
        server.clock.advance(time);
    }

    @Test
    void everybodySeesTheirOwnAndAdministratorsAll() {
        bound(owner, 1, "2.4.2");
        bound(owner, 2, "2.4.2");
        bound(admin, 3, "2.10.0");
        TestDevice.of(server, 4).code();
        server.main.housekeep();

        JsonNode own = overview(owner);
        assertThat(own.path("devices").asLong()).isEqualTo(2);
        assertThat(own.path("checkedInToday").asLong()).isEqualTo(2);
        assertThat(own.path("online").asLong()).isZero();
        // In the viewer's own network.
        assertThat(own.path("waiting").asLong()).isEqualTo(1);
        assertThat(own.path("rollouts")).isEmpty();
        assertThat(own.path("attention")).isEmpty();
        assertThat(own.path("countedAt").asText()).isEqualTo("2026-09-21T14:13:20Z");
        JsonNode all = overview(admin);
        assertThat(all.path("devices").asLong()).isEqualTo(3);
        assertThat(all.path("checkedInToday").asLong()).isEqualTo(3);
        assertThat(all.path("waiting").asLong()).isEqualTo(1);

        String by = "/v1/overview/devices?by=";
        JsonNode versions = owner.ok("GET", by + "version", "");
        assertThat(names(versions)).containsExactly("2.4.2");
        assertThat(versions.at("/0/count").asLong()).isEqualTo(2);
        assertThat(names(admin.ok("GET", by + "version", ""))).containsExactly("2.4.2", "2.10.0");
        assertThat(names(admin.ok("GET", by + "board", ""))).containsExactly("bread-compact-wifi");
        owner.fails(400, "GET", by + "colour", "");
        assertThat(server.call("GET", "/v1/overview", new byte[0]).statusCode()).isEqualTo(401);
    }

    private static List<String> names(JsonNode counts) {
        var names = new ArrayList<String>();
        counts.forEach(each -> names.add(each.path("value").asText()));
        return names;
    }

    @Test
    void countsAreCachedForAMinuteAtMostAndTodayEndsAtMidnight() {
        bound(owner, 1, "2.4.2");
        server.main.housekeep();
        assertThat(overview(owner).path("devices").asLong()).isEqualTo(1);
        bound(owner, 2, "2.4.2");
        assertThat(overview(owner).path("devices").asLong()).isEqualTo(1);
        later(Duration.ofMinutes(1));
        assertThat(overview(owner).path("devices").asLong()).isEqualTo(2);
        assertThat(overview(owner).path("checkedInToday").asLong()).isEqualTo(2);
        // 22:14 and two hours: tomorrow in Shanghai, though not in Greenwich.
        later(Duration.ofHours(2));
        JsonNode tomorrow = overview(owner);
        assertThat(tomorrow.path("devices").asLong()).isEqualTo(2);
        assertThat(tomorrow.path("checkedInToday").asLong()).isZero();
    }

    @Test
    void checkInsComeByTheHour() {
        TestDevice old = bound(owner, 1, "2.4.2");
        later(Duration.ofHours(2));
        TestDevice young = bound(admin, 2, "2.10.0");
        young.checkIn();
        old.checkIn();
        server.main.housekeep();
        String path = "/v1/overview/check-ins?days=1&by=";
        JsonNode hours = admin.ok("GET", path + "version", "");
        assertThat(hours.path("hours")).hasSize(24);
        long last = hours.at("/hours/23").asLong();
        assertThat(last).isEqualTo(server.clock.millis() / 3_600_000 * 3_600_000);
        assertThat(hours.at("/hours/22").asLong()).isEqualTo(last - 3_600_000);
        assertThat(names(hours.path("series"))).containsExactly("2.10.0", "2.4.2");
        JsonNode first = hours.at("/series/1/counts");
        assertThat(first).hasSize(24);
        assertThat(first.get(21).asLong()).isEqualTo(1);
        assertThat(first.get(22).asLong()).isZero();
        assertThat(first.get(23).asLong()).isEqualTo(1);
        assertThat(hours.at("/series/0/counts/23").asLong()).isEqualTo(2);
        JsonNode boards = admin.ok("GET", path + "board", "");
        assertThat(boards.at("/series/0/counts/23").asLong()).isEqualTo(3);
        assertThat(admin.ok("GET", "/v1/overview/check-ins?days=90&by=board", "").path("hours"))
                .hasSize(90 * 24);
        for (String bad : List.of("0", "91", "x", "-1")) {
            admin.fails(400, "GET", "/v1/overview/check-ins?by=board&days=" + bad, "");
        }
        owner.fails(403, "GET", path + "board", "");

        JsonNode ring = owner.ok("GET", "/v1/devices/" + old.mac() + "/check-ins", "");
        assertThat(ring).hasSize(2);
        assertThat(ring.at("/0/at").asText()).isEqualTo("2026-09-21T16:13:20Z");
        assertThat(ring.at("/1/at").asText()).isEqualTo("2026-09-21T14:13:20Z");
        admin.fails(404, "GET", "/v1/devices/" + old.mac() + "/check-ins", "");
    }

    @Test
    void manyKindsAreTenAndTheRest() {
        for (int i = 0; i < 12; i++) {
            TestDevice device = bound(owner, i, "1." + i);
            for (int more = i; more < 12; more++) {
                device.checkIn();
            }
        }
        server.main.housekeep();
        JsonNode series =
                admin.ok("GET", "/v1/overview/check-ins?days=1&by=version", "").path("series");
        assertThat(names(series))
                .containsExactly(
                        "1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "");
        // 1.10 has three and 1.11 two.
        assertThat(series.at("/10/counts/23").asLong()).isEqualTo(5);
    }

    @Test
    void theAddressInUseIsComparedWithTheSetting(@TempDir Path other) {
        assertThat(overview(admin).path("attention")).as("not set").isEmpty();
        try (TestServer set =
                TestServer.start(engine, other, "public.url", "https://set.example")) {
            Person boss = Person.register(set, "boss");
            JsonNode item = overview(boss).at("/attention/0");
            assertThat(item.path("kind").asText()).isEqualTo("device-address");
            assertThat(item.at("/text/en").asText()).contains(set.base(), "https://set.example");
            // As reported by the page, if the server can't know.
            String path = "/v1/overview?address=";
            assertThat(boss.ok("GET", path + "https://SET.example:443", "").path("attention"))
                    .isEmpty();
            assertThat(boss.ok("GET", path + "https://set.example", "").path("attention"))
                    .isEmpty();
            assertThat(boss.ok("GET", path + "http://set.example", "").path("attention"))
                    .hasSize(1);
            assertThat(boss.ok("GET", path + "javascript:alert(1)", "").toString())
                    .doesNotContain("javascript");
        }
    }
}
