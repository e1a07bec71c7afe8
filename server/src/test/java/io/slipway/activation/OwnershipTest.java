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
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who owns a device, given that its MAC is public and its Client-Id is not (decisions D1, D2, D4).
 */
@ParameterizedClass
@EnumSource(TestEngine.class)
class OwnershipTest {

    private static final String OTHER_FLASH = "00000000-1111-4222-8333-444444444444";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person owner;
    private Person stranger;
    private TestDevice device;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
        owner = Person.register(server, "owner");
        stranger = Person.register(server, "stranger");
        device = TestDevice.of(server, 0xb6a9fa);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void bindUnbindAndBindAgain() {
        String code = device.code();
        owner.bind(code);
        assertThat(device.poll()).isEqualTo(200);
        assertThat(device.bound()).isTrue();
        owner.fails(400, "POST", "/xiaozhi/device/bind/" + owner.agentId + "/" + code, "");
        owner.unbind(device);
        assertThat(device.poll()).isEqualTo(202);
        String again = device.code();
        assertThat(again).isNotEmpty().isNotEqualTo(code);
        stranger.bind(again);
        assertThat(device.bound()).isTrue();
    }

    @Test
    void aPollOfAPairThatNobodyKnowsIsPending() {
        assertThat(device.poll()).isEqualTo(202);
        assertThat(device.poll("{\"Payload\":{\"serial_number\":\"x\",\"hmac\":\"y\"}}"))
                .isEqualTo(202);
        assertThat(device.poll("not json")).isEqualTo(202);
        assertThat(device.poll("")).isEqualTo(202);
    }

    @Test
    void anotherPairOfTheMacLearnsNothingAndSaysNothing() {
        owner.bind(device.code());
        assertThat(device.bound()).isTrue();
        JsonNode before = owner.device(device);
        TestDevice clone = device.withClientId(OTHER_FLASH);
        JsonNode answer = clone.checkIn();
        assertThat(answer.at("/activation/code").asText()).matches("[0-9]{6}");
        assertThat(answer.at("/websocket/token").asText())
                .isNotEqualTo(device.checkIn().at("/websocket/token").asText());
        assertThat(clone.poll()).isEqualTo(202);
        assertThat(device.withClientId("").bound()).isFalse();
        assertThat(device.bound()).isTrue();
        assertThat(owner.device(device)).isEqualTo(before);
        assertThat(owner.ok("GET", "/v1/overview", "").path("attention")).isEmpty();
    }

    @Test
    void theHolderOfADeviceCanBindItWhateverOthersHaveBound() {
        // A stranger has bound a made-up pair with the owner's MAC, and keeps calling with others.
        TestDevice madeUp = device.withClientId(OTHER_FLASH);
        stranger.bind(madeUp.code());
        device.withClientId("00000000-1111-4222-8333-555555555555").checkIn();
        owner.bind(device.code());
        assertThat(device.bound()).isTrue();
        assertThat(madeUp.bound()).isTrue();
        assertThat(owner.device(device).path("deviceId"))
                .isNotEqualTo(stranger.device(device).path("deviceId"));
        stranger.unbind(device);
        assertThat(madeUp.bound()).isFalse();
        assertThat(device.bound()).isTrue();
    }

    @Test
    void anErasedDeviceBelongsToWhoeverEntersItsNewCode() {
        owner.bind(device.code());
        TestDevice sold = device.withClientId(OTHER_FLASH);
        stranger.bind(sold.code());
        assertThat(sold.bound()).isTrue();
        assertThat(stranger.device(device).path("alias").asText()).isEmpty();
        // The seller's entry is of a pair that no longer calls.
        assertThat(owner.device(device).path("agentId").asText()).isEqualTo(owner.agentId);
        owner.unbind(device);
        assertThat(sold.bound()).isTrue();
    }

    @Test
    void theOwnersCodeOfAnotherPairMovesHisDeviceWithAllItHas() {
        owner.bind(device.code());
        owner.ok(
                "PUT",
                "/xiaozhi/device/update/" + device.mac(),
                "{\"alias\":\"书房\",\"autoUpdate\":0}");
        TestDevice reflashed = device.withClientId(OTHER_FLASH).withVersion("1.7.6");
        owner.bind(reflashed.code());
        assertThat(owner.device(device).path("appVersion").asText()).isEqualTo("1.7.6");
        assertThat(reflashed.bound()).isTrue();
        assertThat(device.bound()).isFalse();
        JsonNode shown = owner.device(device);
        assertThat(shown.path("alias").asText()).isEqualTo("书房");
        assertThat(shown.path("agentId").asText()).isEqualTo(owner.agentId);
        assertThat(shown.path("autoUpdate").asInt()).isZero();
    }

    @Test
    void aFirmwareThatLearnsToSendAClientIdIsANewPair() {
        TestDevice old = device.withClientId("").withVersion("1.0.1");
        owner.bind(old.code());
        assertThat(old.bound()).isTrue();
        owner.ok("PUT", "/xiaozhi/device/update/" + device.mac(), "{\"alias\":\"书房\"}");
        TestDevice updated = device.withVersion("1.2.1");
        assertThat(updated.bound()).as("no binding moves automatically").isFalse();
        assertThat(old.bound()).isTrue();
        owner.bind(updated.code());
        assertThat(updated.bound()).isTrue();
        assertThat(old.bound()).isFalse();
        assertThat(owner.device(device).path("alias").asText()).isEqualTo("书房");
    }

    @Test
    void boxesWithoutARadioAllHaveTheSameMac() {
        TestDevice one =
                new TestDevice(server, "00:00:00:00:00:00", device.clientId(), "2.4.2", "", "");
        TestDevice two = one.withClientId(OTHER_FLASH);
        owner.bind(one.code());
        owner.bind(two.code());
        assertThat(one.bound()).isTrue();
        assertThat(two.bound()).isTrue();
        JsonNode both = owner.ok("GET", "/v1/devices?q=00:00:00", "");
        assertThat(both).hasSize(2);
        assertThat(both.get(0).path("deviceId")).isNotEqualTo(both.get(1).path("deviceId"));
        JsonNode choice = owner.fails(409, "GET", "/v1/devices/" + one.mac(), "");
        assertThat(choice.at("/data/ids")).hasSize(2);
        String id = choice.at("/data/ids/0").asText();
        owner.ok("PUT", "/xiaozhi/device/update/" + id, "{\"alias\":\"一\"}");
        assertThat(owner.ok("GET", "/v1/devices/" + id, "").path("alias").asText()).isEqualTo("一");
        stranger.fails(404, "GET", "/v1/devices/" + id, "");
        owner.fails(409, "POST", "/xiaozhi/device/unbind", "{\"deviceId\":\"" + one.mac() + "\"}");
        owner.ok("POST", "/xiaozhi/device/unbind", "{\"deviceId\":\"" + id + "\"}");
        assertThat(one.bound()).isFalse();
        assertThat(two.bound()).isTrue();
    }

    @Test
    void aGuessableClientIdWorksAndIsShown() {
        TestDevice web = device.withClientId("Web_Test_Client");
        owner.bind(web.code());
        assertThat(web.withClientId("web_test_client").bound()).isTrue();
        assertThat(owner.device(device).path("weakIdentity").asBoolean()).isTrue();
    }

    @Test
    void wrongCodesAreThrottledPerAccount() {
        String path = "/xiaozhi/device/bind/" + stranger.agentId + "/";
        for (int i = 0; i < 5; i++) {
            stranger.fails(400, "POST", path + String.format("%06d", i), "");
        }
        JsonNode refusal = stranger.fails(429, "POST", path + "000010", "");
        assertThat(refusal.at("/data/retryAfterSeconds").asLong()).isBetween(1L, 3600L);
        String good = device.code();
        stranger.fails(429, "POST", path + good, "");
        stranger.fails(429, "GET", "/v1/devices/code/" + good, "");
        assertThat(owner.ok("GET", "/v1/devices/code/" + good, "").toString())
                .isEqualTo("{\"board\":\"bread-compact-wifi\"}");
        owner.bind(good);
        server.clock.advance(Duration.ofMinutes(61));
        stranger.fails(400, "POST", path + "000011", "");
        // The day has its own limit; refused attempts counted, too.
        for (int hour = 0; hour < 4; hour++) {
            server.clock.advance(Duration.ofMinutes(61));
            for (int i = 0; i < 4; i++) {
                stranger.raw("POST", path + String.format("%06d", 20 + i), "");
            }
        }
        server.clock.advance(Duration.ofMinutes(61));
        JsonNode day = stranger.fails(429, "POST", path + "000099", "");
        assertThat(day.at("/data/retryAfterSeconds").asLong()).isGreaterThan(3600);
    }

    @Test
    void othersWrongCodesDoNotRefuseAnAccountWithFewOfItsOwn() {
        // All are behind one address.
        for (int who = 0; who < 3; who++) {
            Person guesser = Person.register(server, "guesser" + who);
            for (int i = 0; i < 5; i++) {
                String wrong = String.format("/v1/devices/code/%06d", 10 * who + i);
                guesser.raw("GET", wrong, "");
            }
        }
        String path = "/v1/devices/code/";
        owner.fails(400, "GET", path + "000090", "");
        owner.fails(400, "GET", path + "000091", "");
        owner.fails(400, "GET", path + "000092", "");
        owner.fails(429, "GET", path + "000093", "");
        stranger.bind(device.code());
    }

    @Test
    void aCodeThatWasGoodAWhileAgoIsNoWrongOne() {
        String code = device.code();
        owner.bind(code);
        String path = "/xiaozhi/device/bind/" + stranger.agentId + "/" + code;
        for (int i = 0; i < 10; i++) {
            JsonNode said = stranger.fails(400, "POST", path, "");
            assertThat(said.at("/data/former").asBoolean()).isTrue();
        }
        server.clock.advance(Duration.ofMinutes(61));
        assertThat(stranger.fails(400, "POST", path, "").at("/data/former").isMissingNode())
                .isTrue();
    }

    @Test
    void anotherAccountsAnswersAsAbsent() {
        owner.bind(device.code());
        String mac = device.mac();
        stranger.fails(404, "POST", "/xiaozhi/device/unbind", "{\"deviceId\":\"" + mac + "\"}");
        stranger.fails(404, "GET", "/v1/devices/" + mac, "");
        stranger.fails(404, "PUT", "/xiaozhi/device/update/" + mac, "{\"alias\":\"x\"}");
        stranger.fails(404, "PUT", "/v1/devices/" + mac + "/agent/" + stranger.agentId, "{}");
        owner.fails(404, "PUT", "/v1/devices/" + mac + "/agent/" + stranger.agentId, "{}");
        stranger.fails(404, "GET", "/xiaozhi/device/bind/" + owner.agentId, "");
        String code = TestDevice.of(server, 2).code();
        stranger.fails(404, "POST", "/xiaozhi/device/bind/" + owner.agentId + "/" + code, "");
        assertThat(stranger.ok("GET", "/v1/devices", "").size()).isZero();
        assertThat(device.bound()).isTrue();
    }

    @Test
    void aDeletedAgentLeavesItsDevicesInTheAccount() throws InterruptedException {
        owner.bind(device.code());
        owner.ok("DELETE", "/xiaozhi/agent/" + owner.agentId, "");
        for (int i = 0; i < 200 && !owner.device(device).path("agentId").isNull(); i++) {
            Thread.sleep(50);
        }
        assertThat(owner.device(device).path("agentId").isNull()).isTrue();
        assertThat(device.bound()).isTrue();
        String agent =
                owner.ok("POST", "/xiaozhi/agent", "{\"agentName\":\"a\",\"assistantName\":\"b\"}")
                        .asText();
        owner.ok("PUT", "/v1/devices/" + device.mac() + "/agent/" + agent, "{}");
        assertThat(owner.device(device).path("agentId").asText()).isEqualTo(agent);
    }

    @Test
    void aDeviceWithoutAnAgentGetsTheOneItIsBoundToNext() {
        owner.ok("POST", "/xiaozhi/device/manual-add", deviceCode(device));
        assertThat(owner.device(device).path("agentId").isNull()).isTrue();
        TestDevice reflashed = device.withClientId(OTHER_FLASH);
        owner.bind(reflashed.code());
        assertThat(owner.device(device).path("agentId").asText()).isEqualTo(owner.agentId);
    }

    /** As Chinese input methods type digits. */
    @Test
    void aCodeMayHaveFullWidthDigits() {
        String wide =
                device.code()
                        .chars()
                        .map(digit -> digit - '0' + '０')
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .insert(3, '　')
                        .toString();
        owner.ok("POST", "/xiaozhi/device/manual-add", "{\"deviceCode\":\"" + wide + "\"}");
        assertThat(device.bound()).isTrue();
    }

    private static String deviceCode(TestDevice device) {
        return "{\"deviceCode\":\"" + device.code() + "\"}";
    }

    @Test
    void aVolleyOfWrongCodesIsThrottledToo() throws Exception {
        List<Future<Integer>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                String path = String.format("/v1/devices/code/%06d", i);
                answers.add(threads.submit(() -> stranger.raw("GET", path, "").statusCode()));
            }
        }
        int guesses = 0;
        for (Future<Integer> answer : answers) {
            guesses += answer.get() == 400 ? 1 : 0;
        }
        assertThat(guesses).isEqualTo(5);
    }

    @Test
    void aPageThatOneFieldFillsIsFollowedByMatchesOfTheNext() {
        owner.bind(device.code());
        TestDevice named = TestDevice.of(server, 2);
        TestDevice other = TestDevice.of(server, 3);
        owner.bind(named.code());
        owner.bind(other.code());
        String text = device.mac().replace(":", "").substring(0, 12);
        String path = "/xiaozhi/device/update/";
        owner.ok("PUT", path + named.mac(), "{\"alias\":\"" + text + "\"}");
        owner.ok("PUT", path + other.mac(), "{\"alias\":\"0\"}");
        String query = "/v1/devices?limit=1&q=" + text;
        JsonNode first = Person.json(owner.raw("GET", query, ""));
        assertThat(first.at("/data/0/id").asText()).isEqualTo(device.mac());
        String next = "&cursor=" + first.path("nextCursor").asText();
        JsonNode second = Person.json(owner.raw("GET", query + next, ""));
        assertThat(second.path("data").size()).isEqualTo(1);
        assertThat(second.at("/data/0/id").asText()).isEqualTo(named.mac());
        assertThat(second.path("nextCursor").isNull()).isTrue();
    }

    @Test
    void devicesAreFoundByThePrefixOfWhatPeopleKnow() {
        owner.bind(device.code());
        owner.bind(TestDevice.of(server, 2).withVersion("2.4.10").code());
        owner.bind(TestDevice.of(server, 3).code());
        String alias = "{\"alias\":\"客厅🎈Big\"}";
        owner.ok("PUT", "/xiaozhi/device/update/" + device.mac(), alias);
        assertThat(found("q=%E5%AE%A2%E5%8E%85")).isEqualTo(1);
        assertThat(found("q=%E5%AE%A2%E5%8E%85%F0%9F%8E%88b")).isEqualTo(1);
        assertThat(found("q=d4:06:06:b6")).isEqualTo(1);
        assertThat(found("q=D40606")).isEqualTo(3);
        assertThat(found("q=Bread")).isEqualTo(3);
        assertThat(found("q=2.4.10&by=version")).isEqualTo(1);
        assertThat(found("q=nothing")).isZero();
        owner.fails(400, "GET", "/v1/devices?q=x&by=colour", "");
        owner.fails(400, "GET", "/v1/devices?cursor=nonsense", "");

        // Page by page, each device once.
        var seen = new java.util.HashSet<String>();
        String cursor = "";
        int pages = 0;
        do {
            var response = owner.raw("GET", "/v1/devices?q=d&limit=1" + cursor, "");
            JsonNode page = Person.json(response);
            page.path("data").forEach(d -> assertThat(seen.add(d.path("id").asText())).isTrue());
            String next = page.path("nextCursor").asText("");
            cursor = page.path("nextCursor").isNull() ? "" : "&cursor=" + next;
            pages++;
        } while (!cursor.isEmpty() && pages < 20);
        assertThat(seen).hasSize(3);
        JsonNode all = owner.ok("GET", "/xiaozhi/device/bind/" + owner.agentId, "");
        assertThat(all.size()).isEqualTo(3);
    }

    private int found(String query) {
        return owner.ok("GET", "/v1/devices?" + query, "").size();
    }
}
