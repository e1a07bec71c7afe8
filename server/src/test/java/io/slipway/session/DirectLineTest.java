package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jaredmdobson.concentus.OpusDecoder;
import io.slipway.TestDevice;
import io.slipway.http.Json;
import io.slipway.protocol.socket.AudioLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device behind the relay gets what it would get from its backend directly, and the reverse. */
class DirectLineTest {

    private static final String SESSION = "1";

    @TempDir private Path folder;
    private SessionFixture fixture;
    private StrictBackend backend;

    @BeforeEach
    void start() {
        fixture = SessionFixture.open(folder);
        backend = StrictBackend.start(SESSION);
    }

    @AfterEach
    void stop() {
        fixture.close();
        backend.close();
        assertThat(backend.complaints()).isEmpty();
    }

    private void relay(String more) {
        fixture.relayTo(backend.url(), more);
    }

    /** The session that the backend has greeted as usual. */
    private StrictBackend.Call begun(SessionClient client) throws Exception {
        StrictBackend.Call call = backend.accept();
        call.greet(60);
        client.next("hello");
        return call;
    }

    private SessionClient dial(TestDevice device, String hello) {
        SessionClient client = SessionClient.dial(device, fixture.token(device));
        client.say(hello);
        return client;
    }

    private static String hello(String members) {
        return SessionClient.HELLO.substring(0, SessionClient.HELLO.length() - 1)
                + ","
                + members
                + "}";
    }

    @Test
    void theDevicesAgentParamsStayAndFillThePrompt() throws Exception {
        relay(",\"systemPrompt\":\"你是{{name}}，{{ mood }}。{{other}} {{name}}\",\"agentName\":\"厅\"");
        String params =
                "{\"lang_code\":\"fr\",\"mine\":{\"a\":[1]},\"agent_id\":\"another's\","
                        + "\"custom_replace_prompt\":{\"name\":\"$1猫\",\"mood\":7,\"other\":null}}";
        try (SessionClient client = dial(fixture.device(1), hello("\"agent_params\":" + params))) {
            JsonNode got = backend.accept().greet(60).path("agent_params");
            assertThat(got.path("lang_code").asText()).isEqualTo("fr");
            assertThat(got.at("/mine/a/0").asInt()).isEqualTo(1);
            assertThat(got.path("agent_id").asText()).isEqualTo(fixture.owner.agentId);
            assertThat(got.at("/custom_replace_prompt/name").asText()).isEqualTo("$1猫");
            assertThat(got.path("agent_name").asText()).isEqualTo("厅");
            assertThat(got.path("system_prompt").asText()).isEqualTo("你是$1猫，7。{{other}} $1猫");
            client.next("hello");
        }
    }

    @Test
    void withoutValuesThePromptHasItsDocumentedKey() throws Exception {
        relay(",\"systemPrompt\":\"你是{{name}}\"");
        try (SessionClient client = dial(fixture.device(1), hello("\"agent_params\":{\"a\":1}"))) {
            JsonNode got = backend.accept().greet(60).path("agent_params");
            assertThat(got.path("a").asInt()).isEqualTo(1);
            assertThat(got.path("custom_replace_prompt").asText()).isEqualTo("你是{{name}}");
            assertThat(got.has("system_prompt")).isFalse();
            client.next("hello");
        }
    }

    @Test
    void valuesThatRepeatDoNotMakeThePromptEndless() {
        var values = Json.object();
        values.put("a", "猫".repeat(5_000));
        String filled = Greeting.filled("{{a}}".repeat(4_000), values);
        assertThat(filled).startsWith("猫".repeat(1_000)).endsWith("{{a}}");
        assertThat(filled.length()).isLessThan(100_000);
    }

    @Test
    void onlyTheValueOfTheSessionIdIsReplaced() throws Exception {
        relay("");
        try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
            StrictBackend.Call call = backend.accept();
            call.greet(60);
            String ours = client.next("hello").json().path("session_id").asText();
            call.say("stt", "\"text\":\"\\\"session_id\\\":\\\"1\\\" 12345\"");
            JsonNode stt = client.next("stt").json();
            assertThat(stt.path("session_id").asText()).isEqualTo(ours);
            assertThat(stt.path("text").asText()).isEqualTo("\"session_id\":\"1\" 12345");
            call.say(
                    "{ \"type\" : \"custom\" , \"payload\" : {\"session_id\":\"1\"} ,"
                            + " \"session_id\" : \"12345\" }");
            JsonNode custom = client.next("custom").json();
            assertThat(custom.path("session_id").asText()).isEqualTo("12345");
            assertThat(custom.at("/payload/session_id").asText()).isEqualTo("1");
            client.say(
                    "{\"session_id\" : \"%s\",\"type\":\"listen\",\"state\":\"detect\",\"text\":\"%s\"}"
                            .formatted(ours, ours));
            JsonNode heard = call.next();
            assertThat(heard.path("session_id").asText()).isEqualTo(SESSION);
            assertThat(heard.path("text").asText()).isEqualTo(ours);
        }
    }

    @Test
    void aBackendsRestartIsRefusedLikeItsTool() throws Exception {
        relay("");
        try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
            StrictBackend.Call call = begun(client);
            call.say("system", "\"command\":\"reboot\"");
            call.say("system", "\"command\":\"other\"");
            assertThat(client.next().json().path("command").asText()).isEqualTo("other");
        }
    }

    @Test
    void aBackendRestartsADeviceWhoseAgentAllowsIt() throws Exception {
        fixture.owner.ok(
                "PUT",
                "/xiaozhi/agent/" + fixture.owner.agentId,
                "{\"backend\":{\"type\":\"relay\",\"url\":\"%s\",\"reboot\":true}}"
                        .formatted(backend.url()));
        try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
            StrictBackend.Call call = begun(client);
            call.say(
                    "mcp",
                    "\"payload\":{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                            + "\"params\":{\"name\":\"self.reboot\",\"arguments\":{}}}");
            assertThat(client.next("mcp").json().at("/payload/params/name").asText())
                    .isEqualTo("self.reboot");
            call.say("system", "\"command\":\"reboot\"");
            JsonNode system = client.next("system").json();
            assertThat(system.path("command").asText()).isEqualTo("reboot");
            assertThat(system.path("session_id").asText()).isNotEqualTo(SESSION);
        }
    }

    @Test
    void aLongPushOfGlyphsPassesAndSoDoesWhatFollows() throws Exception {
        relay("");
        try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
            StrictBackend.Call call = begun(client);
            for (int bytes : new int[] {75_000, 99_000}) {
                String bitmap = "A".repeat(bytes);
                call.say("stt", "\"text\":\"好\",\"glyph_push\":{\"bitmap\":\"" + bitmap + "\"}");
                JsonNode stt = client.next("stt").json();
                assertThat(stt.at("/glyph_push/bitmap").asText()).hasSize(bytes);
            }
            // More than firmware takes.
            String most = "A".repeat(240_000);
            call.say("stt", "\"text\":\"好\",\"glyph_push\":{\"bitmap\":\"" + most + "\"}");
            call.say("stt", "\"text\":\"" + "a".repeat(70_000) + "\"");
            call.say(new byte[100_000]);
            call.say(new byte[] {1});
            assertThat(client.next().audio()).containsExactly(1);
        }
    }

    @Test
    void aFixedVersionIsInHeaderAndHello() throws Exception {
        for (int version = 1; version <= 3; version++) {
            fixture.owner.ok(
                    "PUT",
                    "/xiaozhi/agent/" + fixture.owner.agentId,
                    "{\"backend\":{\"type\":\"relay\",\"url\":\"%s\",\"version\":%d}}"
                            .formatted(backend.url(), version));
            try (SessionClient client = dial(fixture.device(version), SessionClient.HELLO)) {
                StrictBackend.Call call = backend.accept();
                JsonNode hello = call.greet(60);
                assertThat(call.header("Protocol-Version")).isEqualTo("" + version);
                assertThat(hello.path("version").asInt()).isEqualTo(version);
                client.next("hello");
                client.say(new byte[] {1, 2});
                assertThat(AudioLayout.of(version).read(call.nextFrame()).orElseThrow().opus())
                        .containsExactly(1, 2);
            }
        }
    }

    @Test
    void aSessionThatBreaksTheProtocolLeavesTheListAtOnce() throws Exception {
        relay("");
        byte[] tooLong = new byte[65_537];
        // Not masked, which a client's frames must be.
        byte[] malformed = {(byte) 0x82, 1, 7};
        for (byte[] bytes : new byte[][] {Frame.ofDevice(Frame.BINARY, tooLong), malformed}) {
            try (RawDevice device = fixture.call(fixture.device(1))) {
                StrictBackend.Call call = backend.accept();
                call.greet(60);
                device.next("hello");
                assertThat(fixture.sessions()).hasSize(1);
                device.write(bytes);
                // The device has heard why; TCP is still open, as it reads no further.
                assertThat(device.next().code()).isIn(1002, 1009);
                assertThat(fixture.sessions()).isEmpty();
                call.awaitEnd();
            }
        }
    }

    @Test
    void aDeviceThatIsBoundWhileItHearsItsCodeIsNotRestarted() {
        TestDevice device = TestDevice.of(fixture.server, 90);
        String code = device.code();
        for (boolean bound : new boolean[] {false, true}) {
            try (SessionClient client = SessionClient.call(device)) {
                client.next("alert");
                if (bound) {
                    fixture.owner.bind(code);
                }
                client.say("{\"type\":\"abort\"}");
                var heard = client.untilStop();
                assertThat(heard).isNotEmpty();
                assertThat(client.closeCode()).isEqualTo(1000);
                assertThat(client.leftovers().stream().map(SessionClient.Heard::type).toList())
                        .isEqualTo(bound ? List.of() : List.of("system"));
            }
        }
    }

    /** The first bytes of Opus packets of 20 and 60 ms (RFC 6716, 3.1). */
    private static final int OF_20_MS = 1 << 27;

    private static final int OF_60_MS = 3 << 27;

    private static byte[] numbered(int kind, int number) {
        return ByteBuffer.allocate(200).putInt(kind | number).array();
    }

    private static byte[] numbered(int number) {
        return numbered(OF_60_MS, number);
    }

    private static void speak(StrictBackend.Call call, int from, int until) {
        for (int i = from; i < until; i++) {
            call.say(numbered(i));
        }
    }

    private static final String START = "\"state\":\"start\"";
    private static final String STOP = "\"state\":\"stop\"";

    private static String sentence(String text) {
        return "\"state\":\"sentence_start\",\"text\":\"" + text + "\"";
    }

    @Test
    void speechThatComesAllAtOnceArrivesWholeAndInOrderBeforeTheSessionEnds() throws Exception {
        relay("");
        try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
            StrictBackend.Call call = backend.accept();
            // Wrong: the packets say it themselves.
            call.greet(60);
            client.next("hello");
            call.say("tts", START);
            for (int part = 0; part < 3; part++) {
                call.say("tts", sentence("" + part));
                for (int i = 30 * part; i < 30 * part + 30; i++) {
                    call.say(numbered(OF_20_MS, i));
                }
            }
            call.say("tts", STOP);
            call.close(1000);
            assertThat(client.next().json().path("state").asText()).isEqualTo("start");
            for (int i = 0; i < 90; i++) {
                if (i % 30 == 0) {
                    assertThat(client.next().json().path("text").asText()).isEqualTo("" + i / 30);
                }
                assertThat(client.next().audio()).isEqualTo(numbered(OF_20_MS, i));
            }
            assertThat(client.next().json().path("state").asText()).isEqualTo("stop");
            assertThat(client.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void anAbortEmptiesWhatWaitsAndStopsTheDeviceAtOnce() throws Exception {
        relay("");
        try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
            StrictBackend.Call call = begun(client);
            call.say("tts", START);
            call.say("tts", sentence("a"));
            // A minute, of which 1.5 s leave at once.
            speak(call, 0, 1_000);
            call.say("stt", "\"text\":\"kept\"");
            for (int i = 0; i < 25; i++) {
                assertThat(client.next("audio").audio()).isEqualTo(numbered(i));
            }
            client.say("{\"type\":\"abort\"}");
            assertThat(call.next().path("type").asText()).isEqualTo("abort");
            var heard = client.untilStop();
            assertThat(heard.size()).isLessThan(100);
            // The backend goes on for a while, as it may, and then obeys.
            speak(call, 1_000, 1_010);
            call.say("tts", sentence("b"));
            call.say("tts", STOP);
            call.say("tts", START);
            call.say(numbered(2_000));
            call.say("tts", STOP);
            assertThat(client.next().json().path("text").asText()).isEqualTo("kept");
            assertThat(client.next().json().path("state").asText()).isEqualTo("start");
            assertThat(client.next().audio()).isEqualTo(numbered(2_000));
            assertThat(client.next().json().path("state").asText()).isEqualTo("stop");
            // Not speaking: nothing to stop, and the backend's own answer passes.
            client.say("{\"type\":\"abort\"}");
            call.next();
            call.say("tts", STOP);
            call.say("stt", "\"text\":\"end\"");
            assertThat(client.next().json().path("state").asText()).isEqualTo("stop");
            assertThat(client.next().json().path("text").asText()).isEqualTo("end");
        }
    }

    @Test
    void aCallOfAToolDoesNotWaitForSpeech() throws Exception {
        relay("");
        try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
            StrictBackend.Call call = begun(client);
            call.say("tts", START);
            speak(call, 0, 100);
            call.say("tts", STOP);
            for (int id = 1; id <= 2; id++) {
                call.say(
                        "mcp",
                        "\"payload\":{\"jsonrpc\":\"2.0\",\"id\":"
                                + id
                                + ",\"method\":\"tools/list\",\"params\":{}}");
            }
            call.say("alert", "\"status\":\"a\",\"message\":\"b\",\"emotion\":\"c\"");
            assertThat(client.next().json().path("state").asText()).isEqualTo("start");
            int packets = 0;
            SessionClient.Heard heard;
            while ((heard = client.next()).type().equals("audio")) {
                packets++;
            }
            assertThat(packets).isLessThan(100);
            assertThat(heard.json().at("/payload/id").asInt()).isEqualTo(1);
            assertThat(client.next("mcp").json().at("/payload/id").asInt()).isEqualTo(2);
            client.next("alert");
            client.say("{\"type\":\"abort\"}");
            client.untilStop();
        }
    }

    @Test
    void aBackendThatIsFarAheadIsSlowedDown() throws Exception {
        byte[] frame = new byte[5_000];
        try (RawBackend flood =
                RawBackend.start(talk -> {
                    talk.greet();
                    while (true) {
                        talk.speech(frame);
                    }
                })) {
            fixture.relayTo(flood.url());
            try (RawDevice device = fixture.call(fixture.device(1))) {
                device.socket.setReceiveBufferSize(64 * 1024);
                device.next("hello");
                for (int i = 1; i <= 150; i++) {
                    device.next();
                    // What both kernels, the gateway's buffer and its reads hold.
                    assertThat(flood.sent.get() - (long) i * frame.length).isLessThan(1_000_000);
                }
            }
            Await.until(() -> flood.open() == 0);
        }
    }

    /** In compressed time: it is read on ten times as often as by default. */
    @Test
    void aBackendWhoseSpeechHasToWaitGetsItsPongs() throws Exception {
        var answered = new AtomicInteger();
        try (RawBackend backend =
                RawBackend.start(talk -> {
                    talk.greet();
                    // Three quarters of a minute at once, and pings in between.
                    for (int i = 0; i < 750; i++) {
                        talk.speech(numbered(i));
                        if (i % 250 == 249) {
                            talk.write(Frame.ofServer(Frame.PING, new byte[] {(byte) (i / 250)}));
                        }
                    }
                    for (byte i = 0; i < 3; i++) {
                        Frame pong = talk.next();
                        if (pong.opcode() == Frame.PONG && pong.payload()[0] == i) {
                            answered.incrementAndGet();
                        }
                    }
                    talk.untilEnd();
                })) {
            fixture.relayTo(backend.url());
            try (RawDevice device = fixture.call(fixture.device(1))) {
                device.next("hello");
                int heard = 0;
                while (answered.get() < 3 && heard < 750) {
                    assertThat(device.next().payload()).isEqualTo(numbered(heard++));
                }
                // With default timing, 200 packets are 12 s.
                assertThat(heard).isLessThan(200);
            }
        }
    }

    @Test
    void aDeviceIsHeardOnceItsBackendIsGoneThatDidNotRead() throws Exception {
        var full = new CountDownLatch(1);
        try (RawBackend backend =
                RawBackend.start(talk -> {
                    talk.greet();
                    talk.text("{\"type\":\"tts\"," + START + "}");
                    for (int i = 0; i < 500; i++) {
                        talk.speech(numbered(i));
                    }
                    try {
                        full.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    talk.close(1011);
                    talk.socket.shutdownOutput();
                    talk.stall();
                })) {
            fixture.relayTo(backend.url());
            try (RawDevice device = fixture.call(fixture.device(1))) {
                device.next("hello");
                var sent = new AtomicLong();
                Thread talking =
                        Thread.startVirtualThread(() -> {
                            try {
                                // More than all buffers between them hold.
                                for (int i = 0; i < 300; i++) {
                                    device.send(Frame.BINARY, new byte[10_000]);
                                    sent.incrementAndGet();
                                }
                                device.send(Frame.TEXT, Frame.utf8("{\"type\":\"abort\"}"));
                            } catch (IOException e) {
                                // The end of the test.
                            }
                        });
                SlowPeerTest.standsStill(sent);
                assertThat(sent.get()).isLessThan(300);
                full.countDown();
                int packets = 0;
                Frame next = device.next();
                while (next.opcode() == Frame.BINARY
                        || next.json().path("state").asText().equals("start")) {
                    packets++;
                    next = device.next();
                }
                assertThat(next.json().path("state").asText()).isEqualTo("stop");
                assertThat(packets).isLessThan(400);
                device.next("alert");
                talking.join();
            }
            backend.wake();
        }
    }

    @Test
    void aHelloThatCanBeUnderstoodIsTaken() throws Exception {
        relay("");
        try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
            StrictBackend.Call call = backend.accept();
            call.next();
            call.say(
                    "{\"type\":\"hello\",\"session_id\":\"1\",\"audio_params\":{\"format\":\"Opus\","
                            + "\"sample_rate\":16000.0,\"frame_duration\":20.0}}");
            JsonNode hello = client.next("hello").json();
            assertThat(hello.path("transport").asText()).isEqualTo("websocket");
            assertThat(hello.path("audio_params").toString())
                    .isEqualTo(
                            "{\"format\":\"opus\",\"sample_rate\":16000,\"channels\":1,"
                                    + "\"frame_duration\":20}");
        }
    }

    @Test
    void aHelloOfNoUseIsToldAtOnce() throws Exception {
        relay("");
        for (String audio :
                List.of("\"format\":\"pcm\"", "\"frame_duration\":30", "\"sample_rate\":44100")) {
            try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
                StrictBackend.Call call = backend.accept();
                call.greet("{" + audio + "}");
                assertThat(client.next().type()).isEqualTo("hello");
                String shown = client.next().json().path("message").asText();
                assertThat(shown).contains("语音服务").contains(audio.replace("\"", "").split(":")[0]);
                call.awaitEnd();
            }
        }
        JsonNode failures = fixture.owner.ok("GET", "/v1/overview", "");
        assertThat(failures.toString()).contains(fixture.owner.agentId);
    }

    @Test
    void whatMeansNothingHereReachesTheBackend() throws Exception {
        relay("");
        try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
            StrictBackend.Call call = begun(client);
            for (String text :
                    List.of(
                            "{\"type\":\"listen\",\"state\":\"text\",\"text\":\"你好\"}",
                            "{\"type\":\"listen\",\"state\":\"pause\"}",
                            "{\"type\":\"text\"}",
                            "{\"type\":\"mcp\"}",
                            "{\"type\":\"device_status\",\"battery\":85}",
                            "{\"no\":\"type\"}")) {
                client.say(text);
                assertThat(call.next()).isEqualTo(Json.read(text));
            }
        }
    }

    @Test
    void aClientThatPlaysPcmGetsIt() throws Exception {
        relay("");
        String hello = SessionClient.HELLO.replace("opus", "pcm");
        try (SessionClient client = dial(fixture.device(1), hello)) {
            StrictBackend.Call call = backend.accept();
            assertThat(
                            call.greet("{\"format\":\"pcm\",\"sample_rate\":16000}")
                                    .at("/audio_params/format")
                                    .asText())
                    .isEqualTo("pcm");
            assertThat(client.next("hello").json().at("/audio_params/format").asText())
                    .isEqualTo("pcm");
            call.say(new byte[1_920]);
            assertThat(client.next("audio").audio()).hasSize(1_920);
            // Something else than normal: the connection is lost.
            call.close(1011);
            assertThat(client.next("alert").json().path("status").asText()).isEqualTo("连接断开");
            var heard = client.untilStop();
            assertThat(heard.stream().filter(h -> h.type().equals("audio")).toList())
                    .hasSizeGreaterThan(30)
                    .allMatch(h -> h.audio().length == 1_920);
        }
    }

    @Test
    void noticesAreHeardAtEveryFrameDuration() throws Exception {
        relay("");
        for (int frameMs : new int[] {20, 40, 60}) {
            try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
                StrictBackend.Call call = backend.accept();
                call.greet(frameMs);
                client.next("hello");
                call.close(1011);
                client.next("alert");
                byte[] packet = client.next("audio").audio();
                short[] sound = new short[48 * frameMs];
                assertThat(
                                new OpusDecoder(48_000, 1)
                                        .decode(
                                                packet,
                                                0,
                                                packet.length,
                                                sound,
                                                0,
                                                sound.length,
                                                false))
                        .isEqualTo(sound.length);
                client.say("{\"type\":\"abort\"}");
                client.untilStop();
            }
        }
    }

    @Test
    void callsOfToolsAreInTheHistoryAndWhatWasNeverSpokenIsNot() throws Exception {
        relay(",\"chatHistoryConf\":1");
        String history = "/xiaozhi/agent/" + fixture.owner.agentId;
        try (SessionClient client = dial(fixture.device(1), SessionClient.HELLO)) {
            StrictBackend.Call call = begun(client);
            call.say("stt", "\"text\":\"大声点\"");
            call.say(
                    "mcp",
                    "\"payload\":{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":"
                            + "{\"name\":\"self.audio_speaker.set_volume\","
                            + "\"arguments\":{\"volume\":80}}}");
            call.say("tts", START);
            call.say("tts", sentence("好的"));
            speak(call, 0, 200);
            call.say("tts", sentence("没说出来"));
            client.next("audio");
            client.say("{\"type\":\"abort\"}");
            client.untilStop();
        }
        Await.until(() -> {
            fixture.server.main.housekeep();
            return fixture.owner.ok("GET", history + "/sessions", "").path("total").asInt() == 1;
        });
        String session =
                fixture.owner.ok("GET", history + "/sessions", "").at("/list/0/sessionId").asText();
        var lines = new ArrayList<String>();
        fixture.owner
                .ok("GET", history + "/chat-history/" + session, "")
                .forEach(line ->
                        lines.add(
                                line.path("chatType").asInt()
                                        + " "
                                        + line.path("content").asText()));
        assertThat(lines)
                .containsExactly(
                        "1 大声点", "3 self.audio_speaker.set_volume {\"volume\":80}", "2 好的");
    }
}
