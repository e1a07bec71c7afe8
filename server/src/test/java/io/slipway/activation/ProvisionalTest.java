package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Unproven bindings: what an owner sees, decides and undoes (decisions D1, D3). */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ProvisionalTest {

    private static final String FACTORY = "203.0.113.7";
    private static final String ELSEWHERE = "198.51.100.9";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person owner;
    private Person user;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder, "http.trusted-proxies", "127.0.0.1");
        owner = Person.register(server, "owner");
        user = Person.register(server, "user");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestDevice device(int index) {
        return TestDevice.of(server, index).from(FACTORY);
    }

    private static TestDevice other(TestDevice device) {
        return device.withClientId("00000000-1111-4222-8333-444444444444");
    }

    private void announce(TestDevice... devices) {
        var macs = new StringBuilder();
        for (TestDevice device : devices) {
            macs.append(macs.isEmpty() ? "" : ",").append('"').append(device.mac()).append('"');
        }
        announce("\"mac_addresses\":[" + macs + "]");
    }

    private void announce(String what) {
        String body = "{\"agent_id\":\"" + owner.agentId + "\"," + what + "}";
        var response = owner.raw("POST", "/xiaozhi/device/preregister", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private JsonNode others(TestDevice device) {
        return owner.ok("GET", "/v1/devices/" + device.mac() + "/others", "");
    }

    private boolean proven(TestDevice device) {
        return owner.device(device).path("proven").asBoolean();
    }

    @Test
    void itsOwnerAloneSeesBothAndTakesTheOther() {
        TestDevice impostor = device(1).from(ELSEWHERE);
        TestDevice real = other(impostor).from(FACTORY).withVersion("2.4.1");
        announce(real);
        assertThat(impostor.bound()).isTrue();
        assertThat(owner.device(real).path("contested").asBoolean()).isFalse();
        assertThat(owner.device(real).path("boundFrom").asText()).isEqualTo(ELSEWHERE);
        assertThat(others(real)).isEmpty();

        assertThat(real.bound()).as("no binding moves automatically").isFalse();
        assertThat(impostor.bound()).isTrue();
        JsonNode shown = owner.device(real);
        assertThat(shown.path("contested").asBoolean()).isTrue();
        assertThat(shown.at("/attention/0/kind").asText()).isEqualTo("contested");
        assertThat(shown.at("/attention/0/text").asText()).contains(ELSEWHERE);
        JsonNode both = others(real);
        assertThat(both).hasSize(1);
        assertThat(both.at("/0/board").asText()).isEqualTo("bread-compact-wifi");
        assertThat(both.at("/0/appVersion").asText()).isEqualTo("2.4.1");
        assertThat(both.at("/0/address").asText()).isEqualTo(FACTORY);
        assertThat(both.at("/0/firstSeen").asText()).startsWith("20");
        assertThat(both.toString()).doesNotContain(real.clientId()).doesNotContain("code");
        user.fails(404, "GET", "/v1/devices/" + real.mac() + "/others", "");

        String take = "/v1/devices/%s/others/%s/take";
        String path = take.formatted(real.mac(), both.at("/0/id").asText());
        user.fails(404, "POST", path, "");
        owner.fails(409, "POST", take.formatted(real.mac(), "1"), "");
        owner.ok("POST", path, "");
        assertThat(real.bound()).isTrue();
        assertThat(impostor.bound()).isFalse();
        assertThat(proven(real)).isTrue();
        assertThat(owner.device(real).path("contested").asBoolean()).isFalse();
        assertThat(others(real)).as("a proven device can't be contested").isEmpty();
        owner.fails(409, "POST", path, "");
    }

    @Test
    void itsOwnersWordProvesTheOneThatIsBound() {
        TestDevice device = device(1);
        announce(device);
        assertThat(device.bound()).isTrue();
        other(device).from(ELSEWHERE).checkIn();
        assertThat(owner.device(device).path("contested").asBoolean()).isTrue();
        user.fails(404, "POST", "/v1/devices/" + device.mac() + "/prove", "");
        owner.ok("POST", "/v1/devices/" + device.mac() + "/prove", "");
        assertThat(proven(device)).isTrue();
        other(device).from(ELSEWHERE).checkIn();
        assertThat(owner.device(device).path("contested").asBoolean()).isFalse();
        owner.fails(409, "POST", "/v1/devices/" + device.mac() + "/prove", "");
    }

    @Test
    void aSerialNumberThatTwoNameIsContestedToo() {
        announce("\"serial_numbers\":[\"SN-1\"]");
        TestDevice first = device(1).withSerial("SN-1");
        assertThat(first.bound()).isTrue();
        TestDevice second = device(2).withSerial("SN-1");
        assertThat(second.bound()).isFalse();
        assertThat(owner.device(first).path("contested").asBoolean()).isTrue();
        JsonNode others = others(first);
        assertThat(others.at("/0/macAddress").asText()).isEqualTo(second.mac());
        // Another MAC is another device: it has its own code.
        owner.fails(
                409,
                "POST",
                "/v1/devices/%s/others/%s/take".formatted(first.mac(), others.at("/0/id").asText()),
                "");
        owner.bind(second.code());
        assertThat(first.bound()).isTrue();
    }

    @Test
    void anImportIsUndoneButForWhatIsProven() {
        TestDevice bound = device(1);
        TestDevice proven = device(2);
        TestDevice waiting = device(3);
        announce(bound, proven, waiting);
        announce(device(4));
        assertThat(bound.bound()).isTrue();
        assertThat(proven.bound()).isTrue();
        owner.bind(other(proven).code());
        JsonNode imports = owner.ok("GET", "/v1/imports", "");
        assertThat(imports).hasSize(2);
        assertThat(owner.ok("GET", "/v1/imports?limit=1", "")).hasSize(1);
        assertThat(user.ok("GET", "/v1/imports", "")).isEmpty();
        assertThat(imports.at("/1/devices").asInt()).isEqualTo(3);
        String path = "/v1/imports/" + imports.at("/1/id").asText();
        user.fails(404, "DELETE", path, "");
        JsonNode undone = owner.ok("DELETE", path, "");
        assertThat(undone.toString()).isEqualTo("{\"unbound\":1,\"removed\":1,\"kept\":0}");
        assertThat(bound.bound()).isFalse();
        assertThat(waiting.bound()).isFalse();
        assertThat(other(proven).bound()).isTrue();
        assertThat(device(4).bound()).as("of another import").isTrue();
        assertThat(owner.ok("GET", "/v1/imports", "").at("/1/undoneAt").asText()).startsWith("20");
        assertThat(owner.ok("DELETE", path, "").path("unbound").asInt()).isZero();
    }

    @Test
    void devicesFromOneAddressAreUndoneAndBarredFromItForAWeek() {
        TestDevice[] stolen = {device(1).from(ELSEWHERE), device(2).from(ELSEWHERE)};
        TestDevice honest = device(3);
        announce(stolen[0], stolen[1], honest);
        assertThat(stolen[0].bound()).isTrue();
        assertThat(stolen[1].bound()).isTrue();
        assertThat(honest.bound()).isTrue();
        other(stolen[0]).from(FACTORY).checkIn();
        JsonNode alarm = owner.ok("GET", "/v1/overview", "").at("/attention/0");
        assertThat(alarm.path("kind").asText()).isEqualTo("device-contested");
        assertThat(alarm.path("from").asText()).isEqualTo(ELSEWHERE);
        assertThat(user.ok("GET", "/v1/overview", "").path("attention")).isEmpty();

        String body = "{\"from\":\"" + ELSEWHERE + "\"}";
        assertThat(user.ok("POST", "/v1/devices/undo", body).path("unbound").asInt()).isZero();
        assertThat(owner.ok("POST", "/v1/devices/undo", body).path("unbound").asInt()).isEqualTo(2);
        assertThat(honest.bound()).isTrue();
        assertThat(stolen[1].bound()).as("barred").isFalse();
        // The real ones bind as soon as they call from their own network.
        assertThat(other(stolen[0]).from(FACTORY).bound()).isTrue();
        server.clock.advance(Duration.ofDays(7).plusMinutes(1));
        assertThat(stolen[1].bound()).isTrue();
    }

    @Test
    void allThatIsContestedIsCountedByWhereItCameFrom() {
        var all = new ArrayList<TestDevice>();
        all.add(device(1).from(ELSEWHERE));
        for (int i = 2; i <= 8; i++) {
            all.add(device(i));
        }
        announce(all.toArray(TestDevice[]::new));
        all.forEach(device -> assertThat(device.bound()).isTrue());
        all.forEach(device -> other(device).checkIn());
        JsonNode attention = owner.ok("GET", "/v1/overview", "").path("attention");
        assertThat(attention.at("/0/text/en").asText()).startsWith("7 unproven from " + FACTORY);
        assertThat(attention.at("/1/text/en").asText()).startsWith("1 unproven from " + ELSEWHERE);
    }

    // ------------------------------------------------------------ expected anew

    private void expect(Person person, TestDevice device, boolean on) {
        String body = "{\"macs\":[\"%s\",\"x\"],\"expect\":%s}".formatted(device.mac(), on);
        JsonNode result = person.ok("POST", "/v1/devices/expect", body);
        assertThat(result.path("expected").asInt()).isEqualTo(1);
        assertThat(result.path("failed").toString()).isEqualTo("[\"x\"]");
    }

    private TestDevice bound(int index) {
        TestDevice device = device(index);
        owner.bind(device.code());
        assertThat(device.bound()).isTrue();
        server.main.housekeep();
        return device;
    }

    @Test
    void aDeviceThatIsExpectedAnewIsTakenOverFromItsOldNetwork() {
        TestDevice before = bound(1);
        owner.ok("PUT", "/xiaozhi/device/update/" + before.mac(), "{\"alias\":\"书房\"}");
        TestDevice flashed = other(before);
        assertThat(flashed.bound()).as("its owner has not decided yet").isFalse();
        server.clock.advance(Duration.ofMinutes(11));
        expect(owner, before, true);
        assertThat(owner.device(before).path("expectedUntil").asText()).startsWith("20");
        assertThat(flashed.bound()).isTrue();
        assertThat(before.bound()).isFalse();
        JsonNode now = owner.device(before);
        assertThat(now.path("alias").asText()).isEqualTo("书房");
        assertThat(now.path("proven").asBoolean())
                .as("the bindings it creates are provisional")
                .isFalse();
        assertThat(now.path("expectedUntil").isNull()).isTrue();
        assertThat(owner.ok("GET", "/v1/audit?limit=100&action=device.expect", "")).hasSize(1);
    }

    @Test
    void nothingComesByItselfFromElsewhereOrTooLateOrWhenTwoCall() {
        TestDevice before = bound(1);
        expect(owner, before, true);
        assertThat(other(before).from(ELSEWHERE).bound()).as("not from there").isFalse();
        TestDevice third = before.withClientId("00000000-1111-4222-8333-555555555555");
        assertThat(third.bound()).as("another called in these ten minutes").isFalse();
        server.clock.advance(Duration.ofMinutes(11));
        assertThat(third.bound()).as("when it called is written two minutes late").isFalse();
        server.clock.advance(Duration.ofMinutes(15));
        server.main.housekeep();
        expect(owner, before, false);
        assertThat(third.bound()).as("no more").isFalse();
        server.clock.advance(Duration.ofMinutes(15));
        server.main.housekeep();
        expect(owner, before, true);
        server.clock.advance(Duration.ofHours(73));
        assertThat(third.bound()).as("too late").isFalse();
        assertThat(before.bound()).isTrue();
        String body = "{\"macs\":[\"" + before.mac() + "\"]}";
        user.again("user").fails(403, "POST", "/v1/devices/expect", body);
    }

    // ------------------------------------------------------------ serial numbers with a key

    @Test
    void aDeviceThatCanProveItselfIsGivenNoCodeUntilItFails() {
        String key = "ab".repeat(32);
        announce("\"serials\":[{\"serial_number\":\"SN-1\",\"key\":\"" + key + "\"}]");
        TestDevice device = device(1).withSerial("SN-1");
        JsonNode first = device.checkIn().path("activation");
        assertThat(first.has("code")).isFalse();
        assertThat(first.path("challenge").asText()).isNotEmpty();
        assertThat(first.path("message").asText()).isNotEmpty();
        assertThat(device.code()).as("asked again within the minute").isEmpty();
        assertThat(device.poll("{}")).isEqualTo(202);
        assertThat(device.code()).hasSize(6);

        TestDevice silent = device(2).withSerial("SN-1");
        assertThat(silent.code()).isEmpty();
        server.clock.advance(Duration.ofSeconds(61));
        assertThat(silent.code()).hasSize(6);

        TestDevice wrong = device(3).withSerial("SN-1");
        assertThat(wrong.code()).isEmpty();
        assertThat(wrong.poll("{\"serial_number\":\"SN-1\",\"challenge\":\"x\",\"hmac\":\"00\"}"))
                .isEqualTo(403);
        assertThat(wrong.code()).hasSize(6);
        assertThat(device(4).withSerial("SN-unknown").code()).hasSize(6);
    }
}
