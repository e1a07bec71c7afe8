package io.slipway.checkin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
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
class CheckInTest {

    private static final Path FIXTURES = Path.of("../protocol/src/test/resources/fixtures");

    /** As the fixtures' README lists them. */
    private static final Map<String, String> MACS =
            Map.of(
                    "firmware-2.4.2-s3-wifi", "d4:06:06:b6:a9:fa",
                    "firmware-2.4.2-ml307", "d4:06:06:b6:a9:fb",
                    "firmware-2.4.2-ssid-not-escaped", "d4:06:06:b6:a9:fd",
                    "firmware-1.0.1-device-id-header-only", "d4:06:06:b6:a9:fc",
                    "py-xiaozhi-2.1.1", "02:11:22:33:44:55",
                    "requirement-sample", "D4:06:06:B6:A9:FA");

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static byte[] fixture(String name) throws IOException {
        return Files.readAllBytes(FIXTURES.resolve(name + ".body"));
    }

    @Test
    void everyRealBodyIsAnsweredWithACode() throws IOException {
        for (var fixture : MACS.entrySet()) {
            byte[] body = fixture(fixture.getKey());
            var response = server.call("POST", "/v1/ota/", body, "Device-Id", fixture.getValue());
            assertThat(response.statusCode()).as(fixture.getKey()).isEqualTo(200);
            JsonNode answer = Person.json(response);
            String code = answer.at("/activation/code").asText();
            assertThat(code).as(fixture.getKey()).matches("[0-9]{6}");
            assertThat(answer.at("/activation/message").asText())
                    .isEqualTo(server.base() + "\n" + code);
            assertThat(answer.at("/activation/challenge").asText()).isNotEmpty();
            assertThat(answer.at("/websocket/url").asText())
                    .isEqualTo("ws://127.0.0.1:" + server.port() + "/v1/ws/");
            assertThat(answer.at("/firmware/url").asText("-")).isEmpty();
            assertThat(answer.at("/server_time/timezone_offset").asInt()).isEqualTo(480);
            assertThat(answer.at("/server_time/timeZone").asText()).isEqualTo("Asia/Shanghai");
            assertThat(answer.at("/server_time/timestamp").asLong())
                    .isEqualTo(server.clock.millis());
        }
    }

    @Test
    void allPathsAnswerAlikeWithAndWithoutTheSlash() throws IOException {
        byte[] body = fixture("firmware-2.4.2-s3-wifi");
        var answers =
                java.util.stream.Stream.of("/v1/ota", "/api/ota", "/xiaozhi/ota")
                        .flatMap(path -> java.util.stream.Stream.of(path, path + "/"))
                        .map(path ->
                                server.call("POST", path, body, "Device-Id", "D4-06-06-B6-A9-FA"))
                        .map(response -> response.statusCode() + response.body())
                        .collect(Collectors.toSet());
        assertThat(answers).hasSize(1);
        assertThat(server.call("GET", "/xiaozhi/ota", new byte[0]).body()).contains("OTA");
    }

    @Test
    void whatIsWrongGetsTheDocumentedErrors() throws IOException {
        byte[] body = fixture("firmware-2.4.2-s3-wifi");
        assertError(400, "Device ID is required", server.call("POST", "/v1/ota", body));
        String invalid = "Invalid OTA request";
        assertError(400, invalid, server.call("POST", "/v1/ota", body, "Device-Id", "nonsense"));
        assertError(
                400,
                invalid,
                server.call("POST", "/v1/ota", body, "Device-Id", "d4:06:06:b6:a9:00"));
        byte[] nothing = "{}".getBytes(StandardCharsets.UTF_8);
        assertError(
                400,
                invalid,
                server.call("POST", "/v1/ota", nothing, "Device-Id", "d4:06:06:b6:a9:fa"));
        var silent =
                server.call(
                        "POST",
                        "/v1/ota",
                        nothing,
                        "Device-Id",
                        "d4:06:06:b6:a9:fa",
                        "User-Agent",
                        "nameless");
        assertThat(silent.body()).contains("neither board nor version could be read");
        // A User-Agent names both, but a body without them is not a device's.
        var named =
                server.call(
                        "POST",
                        "/v1/ota",
                        nothing,
                        "Device-Id",
                        "d4:06:06:b6:a9:fa",
                        "User-Agent",
                        "bread-compact-wifi/2.4.2");
        assertError(400, invalid, named);
        assertThat(named.body())
                .contains("the body has neither application nor board")
                .doesNotContain("could be read");
        var big =
                server.call("POST", "/v1/ota", new byte[65_537], "Device-Id", "d4:06:06:b6:a9:fa");
        assertThat(big.statusCode()).isEqualTo(413);
        assertThat(big.body().length()).isLessThan(200);
    }

    private static void assertError(
            int status, String error, java.net.http.HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(Person.json(response).path("error").asText()).isEqualTo(error);
    }

    @Test
    void aCodeIsStableForThePairAndDiesOfSilence() {
        TestDevice device = TestDevice.of(server, 1);
        JsonNode first = device.checkIn();
        assertThat(device.checkIn().path("activation")).isEqualTo(first.path("activation"));
        assertThat(device.poll()).isEqualTo(202);
        server.clock.advance(Duration.ofMinutes(9));
        assertThat(device.code()).isEqualTo(first.at("/activation/code").asText());
        server.main.housekeep();
        server.clock.advance(Duration.ofMinutes(13));
        assertThat(device.code()).isNotEqualTo(first.at("/activation/code").asText());
    }

    @Test
    void aCodeLivesADayAtMostHoweverOftenItIsAskedFor() {
        TestDevice device = TestDevice.of(server, 1);
        String first = device.code();
        for (int hour = 0; hour < 23 * 12; hour++) {
            server.clock.advance(Duration.ofMinutes(5));
            assertThat(device.code()).isEqualTo(first);
            server.main.housekeep();
        }
        server.clock.advance(Duration.ofHours(1));
        assertThat(device.code()).isNotEqualTo(first).isNotEmpty();
    }

    @Test
    void sixtyFourQuestionsAtOnceGetOneCode() throws Exception {
        TestDevice device = TestDevice.of(server, 7);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<String> ask = device::code;
            var codes =
                    IntStream.range(0, 64).mapToObj(i -> threads.submit(ask)).toList().stream()
                            .map(future -> {
                                try {
                                    return future.get();
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            })
                            .collect(Collectors.toSet());
            assertThat(codes).hasSize(1);
            assertThat(codes.iterator().next()).matches("[0-9]{6}");
        }
    }

    @Test
    void theTokenIsTheSameAtEveryCheckIn() {
        Person owner = Person.register(server, "owner");
        TestDevice device = TestDevice.of(server, 1);
        JsonNode before = device.checkIn();
        owner.bind(before.at("/activation/code").asText());
        assertThat(device.poll()).isEqualTo(200);
        JsonNode after = device.checkIn();
        assertThat(after.has("activation")).isFalse();
        assertThat(after.path("websocket")).isEqualTo(before.path("websocket"));
        assertThat(device.checkIn().path("websocket")).isEqualTo(before.path("websocket"));
    }

    @Test
    void whatADeviceReportsIsThereAfterItsAnswer() {
        Person owner = Person.register(server, "owner");
        TestDevice device = TestDevice.of(server, 1);
        owner.bind(device.code());
        device.withVersion("2.4.3").checkIn();
        JsonNode shown = owner.device(device);
        assertThat(shown.path("appVersion").asText()).isEqualTo("2.4.3");
        assertThat(shown.path("slot").asText()).isEqualTo("ota_0");
        assertThat(shown.path("chip").asText()).isEqualTo("esp32s3");
        device.withVersion("2.4.4").checkIn();
        device.withVersion("2.4.4").checkIn();
        server.main.housekeep();
        shown = owner.device(device);
        assertThat(shown.path("appVersion").asText()).isEqualTo("2.4.4");
        assertThat(shown.path("checkIns").size()).isEqualTo(3);
        assertThat(shown.path("lastConnectedAt").asText()).isNotEmpty();
    }
}
