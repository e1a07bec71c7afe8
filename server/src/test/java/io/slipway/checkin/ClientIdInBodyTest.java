package io.slipway.checkin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that identify themselves only by the body's {@code uuid}, or not at all. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ClientIdInBodyTest {

    private static final String MAC = "d4:06:06:00:00:01";
    private static final String NONE = "00:00:00:00:00:00";
    private static final String ONE = "7b94d69a-9808-4c59-9c9b-000000000001";
    private static final String TWO = "7b94d69a-9808-4c59-9c9b-000000000002";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person owner;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
        owner = Person.register(server, "owner");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Without a header where {@code clientId} is null. */
    private HttpResponse<String> call(String path, String mac, String clientId, String uuid) {
        String body =
                (uuid == null ? "{" : "{\"uuid\":\"" + uuid + "\",")
                        + "\"application\":{\"version\":\"1.0\"},\"board\":{\"type\":\"linux\"}}";
        var headers = new ArrayList<>(List.of("Device-Id", mac));
        if (clientId != null) {
            headers.addAll(List.of("Client-Id", clientId));
        }
        return server.call(
                "POST",
                path,
                body.getBytes(StandardCharsets.UTF_8),
                headers.toArray(new String[0]));
    }

    private JsonNode checkIn(String mac, String clientId, String uuid) {
        var response = call("/v1/ota/", mac, clientId, uuid);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Person.json(response);
    }

    private String code(String mac, String clientId, String uuid) {
        return checkIn(mac, clientId, uuid).at("/activation/code").asText("");
    }

    private int poll(String mac, String clientId) {
        return call("/v1/ota/activate", mac, clientId, null).statusCode();
    }

    @Test
    void theBodysUuidIsTheClientIdWhereThereIsNoHeader() {
        String code = code(MAC, null, ONE);
        assertThat(code(MAC, ONE, null)).as("the same pair in every form").isEqualTo(code);
        assertThat(code(MAC, ONE, TWO)).as("the header counts").isEqualTo(code);
        assertThat(code(MAC, "", ONE)).as("an empty header counts as absent").isEqualTo(code);
        assertThat(code(MAC, null, TWO)).isNotEqualTo(code);
        assertThat(code(MAC, null, ""))
                .as("an empty uuid counts as absent")
                .isEqualTo(code(MAC, null, null));
        owner.bind(code);
        assertThat(code(MAC, null, ONE)).isEmpty();
        assertThat(code(MAC, null, ONE.toUpperCase(java.util.Locale.ROOT))).isEmpty();
        assertThat(code(MAC, null, TWO)).isNotEmpty();
        assertThat(checkIn(MAC, null, ONE).at("/websocket/token"))
                .isEqualTo(checkIn(MAC, ONE, null).at("/websocket/token"));
    }

    @Test
    void aDeviceBoundByItsMacAloneStaysSo() {
        owner.bind(code(MAC, null, null));
        JsonNode answer = checkIn(MAC, null, ONE);
        assertThat(answer.has("activation")).isFalse();
        assertThat(answer.at("/websocket/token"))
                .isEqualTo(checkIn(MAC, null, null).at("/websocket/token"));
        assertThat(poll(MAC, null)).isEqualTo(200);
        // Its header is another matter: that is a new pair.
        assertThat(code(MAC, ONE, null)).isNotEmpty();
        // Once its owner has bound the pair, it is bound.
        owner.bind(code(MAC, ONE, null));
        assertThat(code(MAC, null, ONE)).isEmpty();
        assertThat(code(MAC, null, TWO)).isNotEmpty();
    }

    @Test
    void aPollThatNamesNobodyBelongsToTheOneThatCheckedIn() {
        assertThat(poll(MAC, null)).isEqualTo(202);
        String code = code(MAC, null, ONE);
        assertThat(poll(MAC, null)).isEqualTo(202);
        owner.bind(code);
        assertThat(poll(MAC, null)).isEqualTo(200);
        assertThat(poll(MAC, TWO)).as("a poll that names another").isEqualTo(202);
        // With a second one of the same MAC, polls are ambiguous.
        code(MAC, null, TWO);
        assertThat(poll(MAC, null)).isEqualTo(202);
        server.clock.advance(Duration.ofMinutes(6));
        checkIn(MAC, null, ONE);
        assertThat(poll(MAC, null)).isEqualTo(202);
        server.clock.advance(Duration.ofMinutes(5));
        assertThat(poll(MAC, null)).as("the other has been silent for 11 minutes").isEqualTo(200);
        server.clock.advance(Duration.ofMinutes(6));
        assertThat(poll(MAC, null)).isEqualTo(202);
    }

    @Test
    void aMacThatIsNobodysNeedsAClientId() {
        for (String mac : List.of(NONE, "ff:ff:ff:ff:ff:ff")) {
            var refused = call("/v1/ota/", mac, null, null);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("Client-Id").hasSizeLessThan(500);
            assertThat(call("/v1/ota/", mac, null, "").statusCode()).isEqualTo(400);
            assertThat(poll(mac, null)).isEqualTo(202);
            owner.bind(code(mac, null, ONE));
            assertThat(code(mac, null, ONE)).isEmpty();
            assertThat(poll(mac, null)).isEqualTo(200);
            assertThat(code(mac, TWO, null)).isNotEmpty();
        }
        assertThat(owner.ok("GET", "/v1/devices", "")).hasSize(2);
    }

    @Test
    void theUuidIsNowhereToBeSeen() {
        owner.bind(code(MAC, null, ONE));
        assertThat(owner.ok("GET", "/v1/devices/" + MAC, "").toString()).doesNotContain(ONE);
        assertThat(owner.ok("GET", "/v1/audit", "").toString()).doesNotContain(ONE);
    }
}
