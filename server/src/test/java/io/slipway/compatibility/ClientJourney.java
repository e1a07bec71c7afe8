package io.slipway.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.Person;
import io.slipway.http.RawClient;
import io.slipway.protocol.firmware.Chip;
import io.slipway.rollout.Shop;
import io.slipway.simulator.update.FirmwareFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A recorded client's way from its first check to a session and an update. */
final class ClientJourney {

    private static final String NEXT = "9.9.9";
    private static final Pattern HMAC = Pattern.compile("\\{hmac ([0-9a-f]{64})}");
    private static final Pattern ELF = Pattern.compile("\"elf_sha256\":\"([0-9a-f]{64})\"");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What happened, in a few words each. */
    record JourneyResult(String checkIn, String activation, String session, String update) {}

    private final RecordedClient client;
    private final Entrance entrance;
    private final Person owner;
    private final Map<String, String> values = new HashMap<>();

    /**
     * @param owner nobody else's devices are this account's
     */
    ClientJourney(RecordedClient client, Entrance entrance, Person owner) {
        this.client = client;
        this.entrance = entrance;
        this.owner = owner;
        values.put("{host}", entrance.host());
    }

    /** Plays it, and checks each answer. */
    JourneyResult play() throws Exception {
        return client.fact("program").isEmpty() ? device() : program();
    }

    private JourneyResult program() throws IOException {
        boolean macAsClientId = client.fact("program").equals("MAC as Client-Id");
        String wanted =
                "{\"agentId\":\"%s\",\"name\":\"phone\",\"macAsClientId\":%s}"
                        .formatted(owner.agentId, macAsClientId);
        JsonNode made = owner.ok("POST", "/v1/programs", wanted);
        values.put("{mac}", made.path("mac").asText());
        values.put("{client-id}", made.path("clientId").asText());
        values.put("{token}", made.path("token").asText());
        return new JourneyResult("it makes none", "made in the console", talk(), "it has none");
    }

    private JourneyResult device() throws Exception {
        JsonNode shown = checkIn();
        String code = shown.at("/activation/code").asText();
        assertThat(code).as("a code").matches("\\d{6}");
        assertThat(shown.at("/activation/message").asText()).contains(code);
        assertThat(shown.at("/websocket/url").asText()).isEqualTo(entrance.socket());
        values.put("{challenge}", shown.at("/activation/challenge").asText());
        String polls = "by the next check";
        if (client.does("activate")) {
            assertThat(poll()).as("before it is bound").isEqualTo(202);
            owner.bind(code);
            assertThat(poll()).as("once it is bound").isEqualTo(200);
            polls = "202, then 200";
        } else {
            owner.bind(code);
        }
        // device-contract R9.
        JsonNode bound = checkIn();
        assertThat(bound.has("activation")).isFalse();
        values.put("{token}", bound.at("/websocket/token").asText());
        if (!client.fact("accept without our token").isEmpty()) {
            String path = "/xiaozhi/device/update/" + client.fact("mac");
            owner.ok("PUT", path, "{\"acceptWithoutToken\":1}");
        }
        String session = talk();
        String update =
                client.does("download")
                        ? update(bound.at("/firmware/version").asText())
                        : "it has none";
        return new JourneyResult("200, a code", polls, session, update);
    }

    private JsonNode checkIn() throws IOException {
        try (var raw = entrance.connect()) {
            raw.send(client.request("check-in", values));
            var head = raw.head();
            byte[] body = raw.read(head.length());
            assertThat(head.status()).as(new String(body, StandardCharsets.UTF_8)).isEqualTo(200);
            assertThat(body.length).as("device-contract R5").isLessThan(4_096);
            return JSON.readTree(body);
        }
    }

    private int poll() throws Exception {
        String request =
                new String(client.request("activate", values), StandardCharsets.ISO_8859_1);
        Matcher proof = HMAC.matcher(request);
        if (proof.find()) {
            String hmac = hmac(proof.group(1), values.getOrDefault("{challenge}", ""));
            request =
                    new String(
                            client.request("activate", with(values, proof.group(), hmac)),
                            StandardCharsets.ISO_8859_1);
        }
        try (var raw = entrance.connect()) {
            var head = raw.send(request).head();
            JsonNode answer = JSON.readTree(raw.read(head.length()));
            assertThat(answer.isObject()).as("%s", answer).isTrue();
            return head.status();
        }
    }

    private static Map<String, String> with(Map<String, String> values, String key, String value) {
        var more = new HashMap<>(values);
        more.put(key, value);
        return more;
    }

    private static String hmac(String key, String challenge) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(challenge.getBytes(StandardCharsets.US_ASCII)));
    }

    private String talk() throws IOException {
        try (var raw = entrance.connect()) {
            raw.send(client.handshake(values));
            assertThat(raw.head().status()).as("the WebSocket").isEqualTo(101);
            say(raw, client.hello());
            JsonNode hello = next(raw, "hello");
            assertThat(hello.path("transport").asText()).isEqualTo("websocket");
            if (client.fact("typed").isEmpty()) {
                return "hello";
            }
            say(raw, "{\"type\":\"listen\",\"state\":\"text\",\"text\":\"hi\"}");
            assertThat(next(raw, "stt").path("text").asText()).isEqualTo("hi");
            return "hello, and typed text";
        }
    }

    // With an empty mask.
    private static void say(RawClient raw, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean small = bytes.length < 126;
        byte[] frame = new byte[(small ? 6 : 8) + bytes.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | (small ? bytes.length : 126));
        if (!small) {
            frame[2] = (byte) (bytes.length >> 8);
            frame[3] = (byte) bytes.length;
        }
        System.arraycopy(bytes, 0, frame, frame.length - bytes.length, bytes.length);
        raw.send(frame);
    }

    private static JsonNode next(RawClient raw, String type) throws IOException {
        while (true) {
            byte[] start = raw.read(2);
            int length = start[1] & 0x7F;
            if (length == 126) {
                byte[] more = raw.read(2);
                length = ((more[0] & 0xFF) << 8) | (more[1] & 0xFF);
            }
            byte[] payload = raw.read(length);
            assertThat(start[0] & 0x0F).as("a close frame").isNotEqualTo(8);
            if ((start[0] & 0x0F) == 1) {
                JsonNode message = JSON.readTree(payload);
                if (message.path("type").asText().equals(type)) {
                    return message;
                }
            }
        }
    }

    /** In the server's own words. */
    private String refusal() {
        String path = "/v1/devices/" + client.fact("mac") + "/updates";
        JsonNode now = owner.ok("GET", path, "").at("/explanation/now");
        assertThat(now.path("decision").asText()).as("%s", now).isEqualTo("NONE");
        return now.at("/why/en").asText();
    }

    private String update(String own) throws Exception {
        var shop = new Shop(owner.server, owner);
        var file = FirmwareFile.of(Chip.ESP32S3, NEXT);
        shop.later(Duration.ofMinutes(11));
        String board = client.fact("board");
        shop.start(Shop.plan(shop.build(file, board.isEmpty() ? Shop.BOARD : board), ""));
        JsonNode offered = checkIn().path("firmware");
        String url = offered.path("url").asText("");
        if (url.isEmpty()) {
            return "none is offered: " + refusal();
        }
        assertThat(offered.path("version").asText()).isEqualTo(NEXT);
        values.put("{path}", URI.create(url).getRawPath());
        try (var raw = entrance.connect()) {
            var head = raw.send(client.request("download", values)).head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(raw.read(head.length())).isEqualTo(file.bytes());
        }
        String before = new String(client.request("check-in", values), StandardCharsets.ISO_8859_1);
        Matcher elf = ELF.matcher(before);
        assertThat(elf.find()).isTrue();
        values.put(elf.group(1), file.elfSha256());
        values.put("\"version\":\"" + own + "\"", "\"version\":\"" + NEXT + "\"");
        values.put("{\"label\":\"ota_0\"}", "{\"label\":\"ota_1\"}");
        owner.server.clock.advance(Duration.ofSeconds(20));
        // It runs the new build: no offer, or it would install it again at each boot.
        assertThat(checkIn().at("/firmware/url").asText("")).isEmpty();
        String mac = client.fact("mac");
        JsonNode device = owner.ok("GET", "/v1/devices/" + mac, "");
        assertThat(device.toString()).as("what its owner sees").contains("\"" + NEXT + "\"");
        return "offered, downloaded, installed";
    }
}
