package io.slipway.checkin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.session.Await;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which time a device shows: its own zone's, its account's, the server's. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ZoneTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person owner;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder, "time.zone", "Asia/Tokyo");
        owner = Person.register(server, "owner");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestDevice bound(int index) {
        TestDevice device = TestDevice.of(server, index);
        owner.bind(device.code());
        return device;
    }

    private JsonNode account(String zone) {
        return owner.ok("PUT", "/xiaozhi/user/info", "{\"timeZone\":\"" + zone + "\"}");
    }

    private JsonNode device(TestDevice device, String zone) {
        return owner.ok(
                "PUT", "/xiaozhi/device/update/" + device.mac(), "{\"timeZone\":\"" + zone + "\"}");
    }

    private static String shown(TestDevice device) {
        JsonNode time = device.checkIn().path("server_time");
        return time.path("timeZone").asText() + " " + time.path("timezone_offset").asInt();
    }

    private static void shows(TestDevice device, String zone) throws Exception {
        Await.until(() -> shown(device).equals(zone));
    }

    @Test
    void theNearestCounts() throws Exception {
        TestDevice here = bound(1);
        TestDevice there = bound(2);
        assertThat(shown(here)).isEqualTo("Asia/Tokyo 540");
        assertThat(account("Asia/Kathmandu").path("timeZone").asText()).isEqualTo("Asia/Kathmandu");
        shows(here, "Asia/Kathmandu 345");
        shows(there, "Asia/Kathmandu 345");
        assertThat(device(there, "Asia/Dubai").path("timeZone").asText()).isEqualTo("Asia/Dubai");
        assertThat(shown(there)).isEqualTo("Asia/Dubai 240");
        account("UTC");
        shows(here, "UTC 0");
        assertThat(shown(there)).isEqualTo("Asia/Dubai 240");
        device(there, "");
        assertThat(shown(there)).isEqualTo("UTC 0");
        account("");
        shows(here, "Asia/Tokyo 540");
        shows(there, "Asia/Tokyo 540");
        // An unbound device shows the server's.
        assertThat(shown(TestDevice.of(server, 3))).isEqualTo("Asia/Tokyo 540");
        // A device bound later gets its account's at once.
        account("Asia/Dubai");
        assertThat(shown(bound(4))).isEqualTo("Asia/Dubai 240");
    }

    /** Even while it is winter there and summer here. */
    @Test
    void theOffsetIsThatOfTheDay() {
        TestDevice device = bound(1);
        device(device, "Europe/Berlin");
        assertThat(shown(device)).isEqualTo("Europe/Berlin 120");
        server.clock.advance(Duration.ofDays(90));
        assertThat(shown(device)).isEqualTo("Europe/Berlin 60");
    }

    @Test
    void aCheckInThatBringsNothingNewAsksNoDatabase() {
        server.stopHousekeeping();
        TestDevice device = bound(1);
        device(device, "Europe/Berlin");
        device.checkIn();
        // A node's heartbeat is a statement, too, at unpredictable times.
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 20 && least > 0; i++) {
            long before = server.statements();
            assertThat(shown(device)).isEqualTo("Europe/Berlin 120");
            least = Math.min(least, server.statements() - before);
        }
        assertThat(least).isZero();
    }

    /** All of them, although they are processed in chunks. */
    @Test
    void aFleetFollowsItsAccount() throws Exception {
        TestDevice first = bound(1);
        for (int i = 2; i <= 6; i++) {
            bound(i);
        }
        account("Asia/Dubai");
        account("Asia/Kathmandu");
        shows(first, "Asia/Kathmandu 345");
        for (int i = 2; i <= 6; i++) {
            shows(TestDevice.of(server, i), "Asia/Kathmandu 345");
        }
        assertThat(owner.ok("GET", "/xiaozhi/user/info", "").path("serverTimeZone").asText())
                .isEqualTo("Asia/Tokyo");
    }

    @Test
    void onlyTheNamesOfZonesAreTaken() {
        TestDevice device = bound(1);
        for (String bad : new String[] {"Mars/Olympus", "+08:00", "asia/tokyo", "x".repeat(65)}) {
            owner.fails(400, "PUT", "/xiaozhi/user/info", "{\"timeZone\":\"" + bad + "\"}");
            owner.fails(
                    400,
                    "PUT",
                    "/xiaozhi/device/update/" + device.mac(),
                    "{\"timeZone\":\"" + bad + "\"}");
        }
        owner.ok("PUT", "/xiaozhi/device/update/" + device.mac(), "{\"alias\":\"door\"}");
        assertThat(owner.device(device).path("timeZone").asText()).isEmpty();
    }

    @Test
    void textsFollowTheAccount() {
        String body =
                "{\"agent_id\":\""
                        + owner.agentId
                        + "\",\"mac_addresses\":[\"d4:06:06:00:00:01\"]}";
        owner.raw("POST", "/xiaozhi/device/preregister", body);
        assertThat(announcedAt()).isEqualTo(at("Asia/Tokyo"));
        account("America/New_York");
        assertThat(announcedAt()).isEqualTo(at("America/New_York"));
    }

    private String announcedAt() {
        String path = "/v1/pre-register/devices/mac-address/d4:06:06:00:00:01";
        return owner.ok("GET", path, "").path("created_at").asText();
    }

    private String at(String zone) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
                .format(Instant.ofEpochMilli(server.clock.millis()).atZone(ZoneId.of(zone)));
    }
}
