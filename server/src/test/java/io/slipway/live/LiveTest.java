package io.slipway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.session.SessionClient;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Live updates from a single node. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class LiveTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person admin;
    private Person alice;
    private Person bob;

    @BeforeEach
    void start() {
        // Heartbeats are sent three times per idle timeout.
        server = TestServer.start(engine, folder, "http.idle-timeout", "3 s");
        admin = Person.register(server, "admin");
        alice = Person.register(server, "alice");
        bob = Person.register(server, "bob");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private OpenPage page(Person person) {
        return OpenPage.open(server.base(), "Authorization", "Bearer " + person.token);
    }

    /** An update that this person certainly gets. */
    private void sign(Person person, TestDevice own, String alias) {
        person.ok("PUT", "/xiaozhi/device/update/" + own.mac(), "{\"alias\":\"" + alias + "\"}");
    }

    @Test
    void aDeviceIsSeenFromItsCodeToItsTalkByThoseWhoMaySeeIt() {
        TestDevice device = TestDevice.of(server, 1);
        TestDevice other = TestDevice.of(server, 2);
        bob.bind(other.code());
        try (OpenPage hers = page(alice);
                OpenPage his = page(bob);
                OpenPage all = page(admin)) {
            String code = device.code();
            // All three are on this machine.
            hers.await("waiting");
            all.await("waiting");
            alice.bind(code);
            hers.await("device", "mac", device.mac());
            all.await("device", "mac", device.mac());
            try (SessionClient _ = SessionClient.call(device)) {
                hers.await("presence", "mac", device.mac(), "online", "true");
                all.await("presence", "mac", device.mac(), "online", "true");
            }
            hers.await("presence", "mac", device.mac(), "online", "false");
            all.await("presence", "mac", device.mac(), "online", "false");
            device.withVersion("2.5.0").checkIn();
            hers.await("device", "mac", device.mac());
            alice.unbind(device);
            hers.await("device", "mac", device.mac());
            sign(bob, other, "x");
            assertThat(his.upTo(told -> told.is("device", "mac", other.mac())))
                    .as("nothing of Alice's")
                    .allMatch(told ->
                            told.is("waiting")
                                    || told.is(OpenPage.BEAT)
                                    || told.is("device", "mac", other.mac()));
        }
    }

    @Test
    void anImportIsAnnouncedToItsMaker() {
        String mac = "1a:2b:3c:00:00:01";
        String body =
                "{\"agent_id\":\"%s\",\"mac_addresses\":[\"%s\"],\"serial_numbers\":[]}"
                        .formatted(admin.agentId, mac);
        TestDevice other = TestDevice.of(server, 2);
        bob.bind(other.code());
        try (OpenPage all = page(admin);
                OpenPage his = page(bob)) {
            assertThat(admin.raw("POST", "/xiaozhi/device/preregister", body).body())
                    .contains("\"success_count\":1");
            all.await("import", "agentId", admin.agentId);
            admin.ok("DELETE", "/v1/pre-register/devices/mac-address/" + mac, "");
            all.await("import", "agentId", admin.agentId);
            sign(bob, other, "x");
            assertThat(his.upTo(told -> told.is("device", "mac", other.mac())))
                    .as("nothing of theirs")
                    .noneMatch(told -> told.is("import", "agentId", admin.agentId));
        }
    }

    @Test
    void aCookieIsEnoughAndNothingIsNot() {
        for (String[] nobody :
                new String[][] {
                    {"Accept", "text/event-stream"},
                    {"Authorization", "Bearer nonsense"},
                    {"Cookie", "slipway_login=nonsense"}
                }) {
            try (OpenPage refused = OpenPage.attempt(server.base(), nobody)) {
                assertThat(refused.answer.statusCode()).isEqualTo(401);
            }
        }
        try (OpenPage page =
                OpenPage.open(server.base(), "Cookie", "slipway_login=" + alice.token)) {
            assertThat(page.answer.headers().firstValue("Cache-Control")).contains("no-store");
            page.await(OpenPage.BEAT);
        }
    }

    @Test
    void itEndsWithTheLoginAndWithTheRole() {
        try (OpenPage hers = page(alice);
                OpenPage his = page(bob)) {
            alice.ok("POST", "/xiaozhi/user/logout", "");
            hers.awaitEnd();
            String id = bob.ok("GET", "/xiaozhi/user/info", "").path("id").asText();
            admin.ok("PUT", "/v1/users/" + id, "{\"admin\":true}");
            his.awaitEnd();
            try (OpenPage again = page(bob)) {
                admin.ok("PUT", "/v1/users/" + id, "{\"disabled\":true}");
                again.awaitEnd();
            }
        }
    }

    @Test
    void anAccountHasSoManyPagesAndAClosedOneMakesRoom() {
        var open = new ArrayList<OpenPage>();
        for (int i = 0; i < Viewers.PER_ACCOUNT; i++) {
            open.add(page(alice));
        }
        try (OpenPage more =
                        OpenPage.attempt(server.base(), "Authorization", "Bearer " + alice.token);
                OpenPage _ = page(bob)) {
            assertThat(more.answer.statusCode()).isEqualTo(429);
        }
        open.removeFirst().close();
        boolean room = false;
        while (!room) {
            try (OpenPage next =
                    OpenPage.attempt(server.base(), "Authorization", "Bearer " + alice.token)) {
                room = next.answer.statusCode() == 200;
            }
        }
        open.forEach(OpenPage::close);
    }

    @Test
    void aShutdownEndsIt() {
        Path other = folder.resolve("other");
        TestServer ends = TestServer.start(engine, other);
        Person somebody = Person.register(ends, "somebody");
        try (OpenPage page =
                OpenPage.open(ends.base(), "Authorization", "Bearer " + somebody.token)) {
            ends.close();
            page.awaitEnd();
        }
    }

    @Test
    void onlyListeningIsPossible() {
        var answer =
                server.call(
                        "POST",
                        "/v1/live",
                        "{}".getBytes(StandardCharsets.UTF_8),
                        "Authorization",
                        "Bearer " + alice.token);
        assertThat(answer.statusCode()).isEqualTo(405);
    }
}
