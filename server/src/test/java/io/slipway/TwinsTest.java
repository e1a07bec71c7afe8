package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.live.OpenPage;
import io.slipway.session.SessionClient;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two accounts with the same MAC, each bound to its own pair (decisions D1): what one does with its
 * device, neither the other nor the other's device notices.
 */
@ParameterizedClass
@EnumSource(TestEngine.class)
class TwinsTest {

    private static final String OTHER_FLASH = "7b94d69a-9808-4c59-9c9b-00000000beef";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person admin;
    private Person alice;
    private Person bob;
    private TestDevice hers;
    private TestDevice his;
    private String mac;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder, "preregister.mac", "all");
        admin = Person.register(server, "admin");
        alice = Person.register(server, "alice");
        bob = Person.register(server, "bob");
        hers = TestDevice.of(server, 1);
        his = hers.withClientId(OTHER_FLASH);
        mac = hers.mac();
        alice.bind(hers.code());
        bob.bind(his.code());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode of(Person person, String path) {
        return person.ok("GET", path, "");
    }

    @Test
    void whatOneSetsTheOtherDoesNotSee() {
        JsonNode before = bob.device(his);
        alice.ok(
                "PUT",
                "/xiaozhi/device/update/" + mac,
                "{\"alias\":\"hers\",\"autoUpdate\":0,\"channel\":\"edge\",\"tags\":[\"lab\"]}");
        alice.ok("POST", "/v1/devices/tags", "{\"macs\":[\"" + mac + "\"],\"add\":[\"more\"]}");
        String agent =
                alice.ok("POST", "/xiaozhi/agent", "{\"agentName\":\"a\",\"assistantName\":\"b\"}")
                        .asText();
        alice.ok("PUT", "/v1/devices/" + mac + "/agent/" + agent, "{}");
        assertThat(bob.device(his)).isEqualTo(before);
        assertThat(of(bob, "/v1/tags")).isEmpty();
        assertThat(of(alice, "/v1/tags")).hasSize(2);
        for (String query : List.of("q=" + mac, "q=hers", "tag=lab", "channel=edge", "sort=mac")) {
            JsonNode found = of(alice, "/v1/devices?" + query);
            assertThat(found).as(query).hasSize(1);
            assertThat(found.get(0).path("alias").asText()).isEqualTo("hers");
        }
        assertThat(of(bob, "/v1/devices?q=hers")).isEmpty();
        assertThat(of(bob, "/xiaozhi/agent/search?type=mac&q=" + mac).at("/0/id").asText())
                .isEqualTo(bob.agentId);
        assertThat(of(alice, "/xiaozhi/agent/search?type=mac&q=" + mac).at("/0/id").asText())
                .isEqualTo(agent);
        // Her audit entries are visible to her and to administrators only.
        assertThat(of(bob, "/v1/audit?limit=100").toString()).doesNotContain("device.update");
    }

    @Test
    void oneIsUnboundAndTheOtherStays() {
        // Both are in the cache of bound pairs.
        assertThat(hers.bound()).isTrue();
        assertThat(his.bound()).isTrue();
        alice.unbind(hers);
        assertThat(hers.bound()).isFalse();
        assertThat(hers.poll()).isEqualTo(202);
        assertThat(his.bound()).isTrue();
        assertThat(his.poll()).isEqualTo(200);
        alice.fails(404, "GET", "/v1/devices/" + mac, "");
        // Only she can use her code, and she may give the device to him: then it is his.
        bob.bind(hers.code());
        assertThat(hers.bound()).isTrue();
        assertThat(his.bound()).as("an account can bind a MAC once").isFalse();
        assertThat(of(bob, "/v1/devices?q=" + mac)).hasSize(1);
    }

    @Test
    void bothTalkAtOnce() {
        try (SessionClient her = SessionClient.call(hers);
                SessionClient him = SessionClient.call(his)) {
            her.next("hello");
            him.next("hello");
            assertThat(of(alice, "/v1/sessions")).hasSize(1);
            JsonNode session = of(bob, "/v1/sessions").get(0);
            assertThat(alice.device(hers).path("online").asBoolean()).isTrue();
            alice.fails(404, "DELETE", "/v1/sessions/" + session.path("id").asText(), "");
            // A newer socket of hers replaces hers, not his.
            try (SessionClient again = SessionClient.call(hers)) {
                again.next("hello");
                her.closeCode();
                assertThat(bob.device(his).at("/session/id")).isEqualTo(session.path("id"));
                alice.ok("POST", "/v1/devices/" + mac + "/reboot", "");
                again.closeCode();
                assertThat(bob.device(his).path("online").asBoolean()).isTrue();
            }
            // Administrators are no different: by MAC they mean their own device.
            admin.fails(404, "POST", "/v1/devices/" + mac + "/reboot", "");
            bob.ok("DELETE", "/v1/sessions/" + session.path("id").asText(), "");
            him.closeCode();
        }
    }

    @Test
    void eachsTokenOpensItsOwnSessionOnly() {
        String token = hers.checkIn().at("/websocket/token").asText();
        assertThat(his.checkIn().at("/websocket/token").asText()).isNotEqualTo(token);
        int status =
                SessionClient.refused(
                        his,
                        "/v1/ws/",
                        "Authorization",
                        "Bearer " + token,
                        "Device-Id",
                        mac,
                        "Client-Id",
                        his.clientId(),
                        "Protocol-Version",
                        "1");
        assertThat(status).isEqualTo(401);
        assertThat(of(alice, "/v1/sessions")).isEmpty();
        assertThat(of(bob, "/v1/sessions")).isEmpty();
    }

    @Test
    void openPagesAreNotifiedOfTheirOwn() {
        try (OpenPage her = page(alice);
                OpenPage him = page(bob)) {
            alice.ok("PUT", "/xiaozhi/device/update/" + mac, "{\"alias\":\"x\"}");
            her.await("device", "mac", mac);
            bob.ok("PUT", "/xiaozhi/device/update/" + mac, "{\"alias\":\"y\"}");
            // The first message that he gets is about his own action.
            him.await("device", "mac", mac);
        }
    }

    private OpenPage page(Person person) {
        return OpenPage.open(server.base(), "Authorization", "Bearer " + person.token);
    }

    @Test
    void bothMayAnnounceItAndTheOldestTakesThePairThatCalls() {
        String other = "d4:06:06:00:00:77";
        for (Person person : List.of(bob, alice)) {
            JsonNode result =
                    Person.json(
                            person.raw(
                                    "POST",
                                    "/xiaozhi/device/preregister",
                                    "{\"agent_id\":\"%s\",\"mac_addresses\":[\"%s\",\"%s\"],\"serial_numbers\":[]}"
                                            .formatted(person.agentId, other, mac)));
            assertThat(result.path("success_count").asInt()).isEqualTo(1);
            assertThat(result.at("/failed/0/value").asText()).as("already owned").isEqualTo(mac);
        }
        TestDevice first = new TestDevice(server, other, hers.clientId(), "2.4.2", "", "");
        TestDevice second = first.withClientId(OTHER_FLASH);
        assertThat(first.bound()).isTrue();
        assertThat(second.bound()).isTrue();
        assertThat(first.withClientId("7b94d69a-9808-4c59-9c9b-00000000cafe").bound()).isFalse();
        assertThat(bob.device(first).path("createDate").isNull()).isFalse();
        assertThat(
                        of(alice, "/v1/pre-register/devices/mac-address/" + other)
                                .path("status")
                                .asInt())
                .isEqualTo(1);
        bob.unbind(first);
        assertThat(first.bound()).isFalse();
        assertThat(second.bound()).isTrue();
    }

    @Test
    void anAdministratorSeesBothAndTouchesOneByItsId() {
        JsonNode both = of(admin, "/v1/admin/devices?q=" + mac);
        assertThat(both).hasSize(2);
        var owners = new ArrayList<String>();
        both.forEach(each -> owners.add(each.path("username").asText()));
        assertThat(owners).containsExactlyInAnyOrder("alice", "bob");
        admin.fails(404, "GET", "/v1/devices/" + mac, "");
        String id = of(bob, "/v1/devices/" + mac).path("deviceId").asText();
        alice.fails(403, "GET", "/v1/admin/devices/" + id, "");
        admin.ok("DELETE", "/v1/admin/devices/" + id, "");
        assertThat(his.bound()).isFalse();
        assertThat(hers.bound()).isTrue();
        assertThat(of(admin, "/v1/audit?limit=100&action=device.unbind").get(0).toString())
                .contains(id);
        assertThat(of(admin, "/v1/audit?limit=100").toString())
                .contains("device.find", "device.unbind");
    }

    @Test
    void aDisabledAccountHoldsNothingUp() {
        String id = of(bob, "/xiaozhi/user/info").path("id").asText();
        admin.ok("PUT", "/v1/users/" + id, "{\"disabled\":true}");
        TestDevice erased = hers.withClientId("7b94d69a-9808-4c59-9c9b-00000000cafe");
        alice.bind(erased.code());
        assertThat(erased.bound()).isTrue();
        assertThat(hers.bound()).isFalse();
        // Even the very device of a disabled account, once it is erased.
        alice.unbind(erased);
        alice.bind(his.withClientId("7b94d69a-9808-4c59-9c9b-00000000f00d").code());
    }
}
