package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.keys.Hmac;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Collectors;
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
class PreregistrationTest {

    private static final String PREREGISTER = "/xiaozhi/device/preregister";
    private static final String BY_MAC = "/v1/pre-register/devices/mac-address/";
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person owner;
    private Person user;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
        owner = Person.register(server, "owner");
        user = Person.register(server, "user");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode add(Person person, String rest) {
        var response =
                person.raw(
                        "POST",
                        PREREGISTER,
                        "{\"agent_id\":\"" + person.agentId + "\"," + rest + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Person.json(response);
    }

    private static String macs(String... macs) {
        return "\"mac_addresses\":["
                + java.util.Arrays.stream(macs)
                        .map(mac -> '"' + mac + '"')
                        .collect(Collectors.joining(","))
                + "],\"serial_numbers\":[]";
    }

    @Test
    void anAnnouncedMacBindsAtItsFirstCheckInWithoutACode() {
        TestDevice device = TestDevice.of(server, 1);
        JsonNode result =
                add(
                        owner,
                        macs(
                                device.mac().toUpperCase(java.util.Locale.ROOT),
                                "nonsense",
                                device.mac()));
        assertThat(result.path("success_count").asInt()).isEqualTo(1);
        assertThat(result.path("failed").toString())
                .contains("{\"value\":\"nonsense\",\"reason\":\"MAC 地址格式错误\"}")
                .contains("{\"value\":\"" + device.mac() + "\",\"reason\":\"已存在\"}");
        assertThat(owner.ok("GET", BY_MAC + device.mac(), "").path("status").asInt()).isZero();

        assertThat(device.bound()).isTrue();
        assertThat(device.poll()).isEqualTo(200);
        assertThat(owner.ok("GET", BY_MAC + device.mac(), "").path("status").asInt()).isEqualTo(1);
        JsonNode shown = owner.device(device);
        assertThat(shown.path("proven").asBoolean()).isFalse();
        assertThat(shown.at("/attention/0/kind").asText()).isEqualTo("unproven");
        assertThat(shown.path("agentId").asText()).isEqualTo(owner.agentId);

        // Bound by the MAC alone: the code of another pair moves and proves it.
        TestDevice real = device.withClientId("00000000-1111-4222-8333-444444444444");
        owner.bind(real.code());
        assertThat(real.bound()).isTrue();
        assertThat(device.bound()).isFalse();
        assertThat(owner.device(device).path("proven").asBoolean()).isTrue();

        owner.unbind(device);
        assertThat(device.bound()).as("unbinding doesn't revive the announcement").isFalse();
    }

    @Test
    void aBoundMacCanNotBeAnnounced() {
        TestDevice device = TestDevice.of(server, 1);
        owner.bind(device.code());
        JsonNode result = add(owner, macs(device.mac()));
        assertThat(result.path("success_count").asInt()).isZero();
        assertThat(result.at("/failed/0/reason").asText()).isEqualTo("已存在");
    }

    @Test
    void aCodeUsesUpWhatAnnouncedTheDeviceToo() {
        TestDevice device = TestDevice.of(server, 1);
        String code = device.code();
        add(owner, macs(device.mac()));
        owner.bind(code);
        assertThat(owner.ok("GET", BY_MAC + device.mac(), "").path("status").asInt()).isEqualTo(1);
        String list = "/v1/pre-register/agents/" + owner.agentId + "/devices";
        assertThat(owner.ok("GET", list, "").at("/devices/0/status").asInt()).isEqualTo(1);

        owner.unbind(device);
        assertThat(owner.ok("GET", BY_MAC + device.mac(), "").path("status").asInt()).isEqualTo(1);
        assertThat(device.bound()).isFalse();

        assertThat(add(owner, macs(device.mac())).path("success_count").asInt()).isEqualTo(1);
        assertThat(owner.ok("GET", BY_MAC + device.mac(), "").path("status").asInt()).isZero();
        assertThat(device.bound()).as("announced again").isTrue();
    }

    @Test
    void whileAnybodyMayRegisterOnlyTheTrustedImportMacs() {
        String body = "{\"agent_id\":\"" + user.agentId + "\"," + macs("d4:06:06:00:00:01") + "}";
        user.fails(403, "POST", PREREGISTER, body);
        String serials = "\"mac_addresses\":[],\"serial_numbers\":[\"SN-1\"]";
        String keyless = "{\"agent_id\":\"" + user.agentId + "\"," + serials + "}";
        user.fails(403, "POST", PREREGISTER, keyless);
        String proven =
                "\"serials\":[{\"serial_number\":\"SN-1\",\"key\":\"" + "ab".repeat(32) + "\"}]";
        assertThat(add(user, proven).path("success_count").asInt()).isEqualTo(1);
    }

    @Test
    void aSerialNumberWithoutAKeyBindsWhenItIsNamed() {
        add(owner, "\"mac_addresses\":[],\"serial_numbers\":[\"SN-1\"]");
        TestDevice device = TestDevice.of(server, 1);
        assertThat(device.bound()).isFalse();
        assertThat(device.withSerial("SN-1").bound()).isTrue();
        assertThat(owner.device(device).path("proven").asBoolean()).isFalse();
        TestDevice second = TestDevice.of(server, 2).withSerial("SN-1");
        assertThat(second.bound()).as("used up").isFalse();
    }

    @Test
    void aSerialNumberWithAKeyBindsByItsHmacOnly() {
        add(
                owner,
                "\"serials\":[{\"serial_number\":\"SN-1\",\"key\":\""
                        + KEY
                        + "\",\"key_format\":\"ascii\"}]");
        TestDevice device = TestDevice.of(server, 1).withSerial("SN-1");
        JsonNode answer = device.checkIn();
        assertThat(answer.has("activation")).isTrue();
        String challenge = answer.at("/activation/challenge").asText();
        assertThat(device.poll(proof("SN-1", challenge, "00"))).isEqualTo(403);
        assertThat(device.poll(proof("SN-2", challenge, hmac(challenge)))).isEqualTo(403);
        assertThat(device.poll(proof("SN-1", "other", hmac("other")))).isEqualTo(403);
        assertThat(device.poll("{}")).isEqualTo(202);
        TestDevice other = TestDevice.of(server, 2).withSerial("SN-1");
        other.checkIn();
        assertThat(other.poll(proof("SN-1", challenge, hmac(challenge))))
                .as("a challenge of another pair")
                .isEqualTo(403);

        String wrapped = "{\"Payload\":" + proof("SN-1", challenge, hmac(challenge)) + "}";
        assertThat(device.poll(wrapped)).isEqualTo(200);
        assertThat(device.bound()).isTrue();
        assertThat(owner.device(device).path("proven").asBoolean()).isTrue();
        assertThat(device.poll("{\"hmac\":\"wrong\",\"serial_number\":\"SN-1\"}"))
                .as("a bound pair, with any body")
                .isEqualTo(200);
    }

    @Test
    void keysComeInHexToo() {
        String hex = HexFormat.of().formatHex(KEY.getBytes(StandardCharsets.UTF_8));
        add(owner, "\"serials\":[{\"serial_number\":\"SN-1\",\"key\":\"" + hex + "\"}]");
        TestDevice device = TestDevice.of(server, 1);
        String challenge = device.checkIn().at("/activation/challenge").asText();
        assertThat(device.poll(proof("SN-1", challenge, hmac(challenge)))).isEqualTo(200);
        JsonNode bad = add(owner, "\"serials\":[{\"serial_number\":\"SN-2\",\"key\":\"xyz\"}]");
        assertThat(bad.path("failed").size()).isEqualTo(1);
    }

    private static String hmac(String challenge) {
        byte[] mac =
                new Hmac(KEY.getBytes(StandardCharsets.UTF_8))
                        .of(challenge.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(mac);
    }

    private static String proof(String serial, String challenge, String hmac) {
        return "{\"algorithm\":\"hmac-sha256\",\"serial_number\":\""
                + serial
                + "\",\"challenge\":\""
                + challenge
                + "\",\"hmac\":\""
                + hmac
                + "\"}";
    }

    @Test
    void announcementsAreListedPageByPageAndDeleted() {
        add(owner, macs("d4:06:06:00:00:03", "d4:06:06:00:00:01", "d4:06:06:00:00:02"));
        String path = "/v1/pre-register/agents/" + owner.agentId + "/devices";
        JsonNode first = owner.ok("GET", path + "?limit=2", "");
        assertThat(first.path("devices").size()).isEqualTo(2);
        assertThat(first.at("/devices/0/created_at").asText())
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d");
        String cursor = first.path("next_cursor").asText();
        JsonNode second = owner.ok("GET", path + "?limit=2&cursor=" + cursor, "");
        assertThat(second.path("devices").size()).isEqualTo(1);
        assertThat(second.path("next_cursor").isNull()).isTrue();
        user.fails(404, "GET", path, "");
        owner.fails(400, "GET", path + "?cursor=zz", "");

        user.fails(404, "DELETE", BY_MAC + "d4:06:06:00:00:01", "");
        owner.ok("DELETE", BY_MAC + "D4-06-06-00-00-01", "");
        owner.fails(404, "GET", BY_MAC + "d4:06:06:00:00:01", "");
        owner.fails(400, "GET", BY_MAC + "nonsense", "");
        assertThat(TestDevice.of(server, 1).bound()).isFalse();
    }

    @Test
    void aHundredThousandAtOnceArePossibleAndPartialSuccessIsItemised() {
        int half = 50_000;
        add(owner, macs(range(0, half)));
        JsonNode result = add(owner, macs(range(0, 2 * half)));
        assertThat(result.path("success_count").asInt()).isEqualTo(half);
        assertThat(result.path("failed").size()).isEqualTo(half);
        String tooMany = "{\"agent_id\":\"" + owner.agentId + "\"," + macs(range(0, 100_001)) + "}";
        assertThat(owner.fails(400, "POST", PREREGISTER, tooMany).path("msg").asText())
                .contains("mac_addresses");
    }

    private static String[] range(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> String.format("d40606%06x", i))
                .toArray(String[]::new);
    }
}
