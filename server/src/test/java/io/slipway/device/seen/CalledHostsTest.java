package io.slipway.device.seen;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.account.Caller;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class CalledHostsTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Database database;
    private CalledHosts hosts;
    private Person maker;
    private String account;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder, "preregister.mac", "all");
        server.stopHousekeeping();
        database = server.main.base().database();
        hosts = new CalledHosts(database, server.clock);
        maker = Person.register(server, "maker");
        account = maker.ok("GET", "/xiaozhi/user/info", "").path("id").asText();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void called(TestDevice device, String base) {
        hosts.called(id(device), base, server.clock.millis());
    }

    private long id(TestDevice device) {
        long mac = Mac.parse(device.mac()).orElseThrow().bits();
        return database.read(
                Plane.CONSOLE,
                tx ->
                        tx.raw()
                                .all(
                                        "SELECT id FROM device WHERE mac = ?",
                                        bind -> bind.setLong(1, mac),
                                        row -> row.getLong(1))
                                .getFirst());
    }

    private TestDevice bound(int index) {
        TestDevice device = TestDevice.of(server, index);
        maker.bind(device.code());
        return device;
    }

    @Test
    void eachIsKnownForThirtyDays() {
        TestDevice device = bound(1);
        called(device, "https://Voice.example.com");
        called(device, "");
        assertThat(hosts.of(account)).containsExactly("voice.example.com");
        server.clock.advance(Duration.ofDays(29));
        called(device, "http://10.0.0.2:8003");
        assertThat(hosts.of(account))
                .containsExactlyInAnyOrder("voice.example.com", "10.0.0.2:8003");
        server.clock.advance(Duration.ofDays(2));
        hosts.clean();
        assertThat(hosts.of(account)).containsExactly("10.0.0.2:8003");
    }

    @Test
    void onlyOnceADayIsWritten() {
        long device = id(bound(1));
        calls(device);
        long before = server.statements();
        for (int i = 0; i < 100; i++) {
            calls(device);
        }
        assertThat(server.statements()).isEqualTo(before);
        server.clock.advance(Duration.ofDays(1));
        calls(device);
        assertThat(server.statements()).isGreaterThan(before);
    }

    private void calls(long device) {
        hosts.called(device, "http://a.example", server.clock.millis());
        hosts.write();
    }

    /** The owner of a bound device can send any Host: it only fills their own account. */
    @Test
    void anAccountHasAHandful() {
        TestDevice device = bound(1);
        List<String> bases = IntStream.range(0, 100).mapToObj(i -> "http://h" + i).toList();
        for (String base : bases) {
            server.clock.advance(Duration.ofSeconds(1));
            called(device, base);
            hosts.write();
        }
        assertThat(hosts.of(account)).hasSize(CalledHosts.PER_ACCOUNT).contains("h99", "h92");
    }

    @Test
    void aMacAloneProvesNothing() {
        String announce =
                "{\"agent_id\":\""
                        + maker.agentId
                        + "\",\"mac_addresses\":[\"d4:06:06:00:00:09\"]}";
        maker.raw("POST", "/xiaozhi/device/preregister", announce);
        TestDevice announced = TestDevice.of(server, 9);
        assertThat(announced.bound()).isTrue();
        called(announced, "http://a.example");
        hosts.called(123_456, "http://nobody.example", server.clock.millis());
        assertThat(hosts.of(account)).isEmpty();
    }

    @Test
    void theyGoWithTheirAccount() {
        called(bound(1), "http://a.example");
        assertThat(hosts.of(account)).isNotEmpty();
        hosts.remove(new Caller(account, "maker", false, false, ""));
        assertThat(hosts.of(account)).isEmpty();
    }
}
