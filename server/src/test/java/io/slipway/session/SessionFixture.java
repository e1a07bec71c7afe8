package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.device.FilledDevices;
import io.slipway.device.Pairs;
import io.slipway.keys.Keyring;
import io.slipway.keys.MasterKey;
import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A server, an owner, and as many bound devices as a test needs, with their tokens. */
final class SessionFixture implements AutoCloseable {

    /** Short, so that tests of faults need not wait. */
    static final Duration WRITE_TIMEOUT = Duration.ofSeconds(2);

    private static final CheckIn SEEN =
            new CheckIn(
                    false,
                    null,
                    new CheckIn.Application(true, "", "2.4.2", "", "", ""),
                    "",
                    new CheckIn.ReportedBoard(true, "", "bread-compact-wifi"),
                    new CheckIn.Hardware("", 0, 0, CheckIn.UNKNOWN, List.of()),
                    "zh-CN");

    final TestServer server;
    final Person owner;
    private final Database database;
    private final Pairs pairs;

    private SessionFixture(TestServer server, Path folder) {
        this.server = server;
        owner = Person.register(server, "owner");
        database = TestEngine.SQLITE.open(folder);
        pairs = new Pairs(new Keyring(database, MasterKey.inFolder(folder), server.clock));
    }

    /** {@code settings} are key, value, key, value… */
    static SessionFixture open(Path folder, String... settings) {
        var all = new ArrayList<String>(List.of("session.private-backends", "on"));
        all.addAll(List.of("session.write-timeout", WRITE_TIMEOUT.toSeconds() + " s"));
        all.addAll(List.of(settings));
        return new SessionFixture(
                TestServer.start(TestEngine.SQLITE, folder, all.toArray(String[]::new)), folder);
    }

    /** Binds devices as the server would have, all at once: indices {@code from} and following. */
    List<TestDevice> devices(int from, int count) {
        String account = owner.ok("GET", "/xiaozhi/user/info", "").path("id").asText();
        var filled = new FilledDevices(account, owner.agentId);
        var ids = new Ids(server.clock);
        var devices = new ArrayList<TestDevice>(count);
        database.run(
                Plane.BACKGROUND,
                tx -> {
                    for (int index = from; index < from + count; index++) {
                        TestDevice device = TestDevice.of(server, index);
                        var pair = pairs.of(mac(device), new ClientId(device.clientId()));
                        filled.insert(tx, ids.next(), pair, SEEN, server.clock.millis());
                        devices.add(device);
                    }
                    filled.seen(tx);
                });
        return devices;
    }

    TestDevice device(int index) {
        return devices(index, 1).getFirst();
    }

    private static Mac mac(TestDevice device) {
        return Mac.parse(device.mac()).orElseThrow();
    }

    /** The token that a check-in would return. */
    String token(TestDevice device) {
        var clientId = new ClientId(device.clientId());
        return pairs.token(pairs.of(mac(device), clientId), clientId);
    }

    RawDevice call(TestDevice device) throws java.io.IOException {
        return RawDevice.call(device, token(device), 1, server.port());
    }

    /** A connection through something in between. */
    RawDevice call(TestDevice device, int port) throws java.io.IOException {
        return RawDevice.call(device, token(device), 1, port);
    }

    void relayTo(String url) {
        relayTo(url, "");
    }

    /**
     * @param more members of the agent, each after a comma
     */
    void relayTo(String url, String more) {
        owner.ok(
                "PUT",
                "/xiaozhi/agent/" + owner.agentId,
                "{\"backend\":{\"type\":\"relay\",\"url\":\"" + url + "\"}" + more + "}");
    }

    /** Live sessions in the console: one page. */
    JsonNode sessions() {
        return owner.ok("GET", "/v1/sessions", "");
    }

    /**
     * Lets the write timeout pass until {@code over}: it restarts if the kernel accepted something
     * just then.
     */
    void passWriteTimeout(Callable<Boolean> over) throws Exception {
        boolean done = false;
        // Far less in total than the other timeouts.
        for (int i = 0; i < 20 && !done; i++) {
            server.clock.advance(WRITE_TIMEOUT.plusMillis(100));
            done = Await.within(WRITE_TIMEOUT, over);
        }
        assertThat(done).as("the write timeout").isTrue();
    }

    @Override
    public void close() {
        server.close();
        database.close();
    }
}
