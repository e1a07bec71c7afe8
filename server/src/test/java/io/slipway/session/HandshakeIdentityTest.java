package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is accepted by the token alone, and who is not. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class HandshakeIdentityTest {

    private static final String OTHER_FLASH = "7b94d69a-9808-4c59-9c9b-00000000beef";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person owner;
    private TestDevice device;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
        owner = Person.register(server, "owner");
        device = TestDevice.of(server, 1);
        owner.bind(device.code());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static int knock(TestDevice device, String token) {
        return SessionClient.refused(
                device, "/v1/ws/", "Device-Id", device.mac(), "Authorization", "Bearer " + token);
    }

    @Test
    void aSocketWithoutClientIdIsTheTokensPair() {
        Person other = Person.register(server, "other");
        TestDevice twin = device.withClientId(OTHER_FLASH);
        other.bind(twin.code());
        String token = SessionClient.token(device);
        try (SessionClient client =
                        SessionClient.with(
                                device,
                                "Device-Id",
                                device.mac(),
                                "Authorization",
                                "Bearer " + token);
                SessionClient its = SessionClient.call(twin)) {
            client.next("hello");
            its.next("hello");
            assertThat(owner.device(device).path("online").asBoolean()).isTrue();
            // The same pair, whether it identifies itself or not: the newer one survives.
            try (SessionClient again = SessionClient.call(device)) {
                again.next("hello");
                client.closeCode();
                assertThat(other.device(twin).path("online").asBoolean()).isTrue();
            }
        }
        assertThat(knock(device, token)).isEqualTo(101);
        assertThat(knock(TestDevice.of(server, 2), token)).as("another MAC").isEqualTo(401);
        assertThat(knock(device, token.substring(1))).isEqualTo(401);
        assertThat(knock(device, token + "A")).isEqualTo(401);
        owner.unbind(device);
        assertThat(knock(device, token)).isEqualTo(401);
        assertThat(knock(twin, SessionClient.token(twin))).isEqualTo(101);
    }

    @Test
    void aMacThatIsNobodysIsNoPairByItself() {
        TestDevice box =
                new TestDevice(server, "00:00:00:00:00:00", device.clientId(), "2.4.2", "", "");
        TestDevice second = box.withClientId(OTHER_FLASH);
        owner.bind(box.code());
        owner.bind(second.code());
        assertThat(knock(box, SessionClient.token(box))).isEqualTo(101);
        assertThat(knock(box, SessionClient.token(second))).isEqualTo(101);
        assertThat(knock(box, SessionClient.token(device))).isEqualTo(401);
    }

    private static int named(TestDevice device, String token) {
        return SessionClient.refused(
                device,
                "/v1/ws/",
                "Device-Id",
                device.mac(),
                "Client-Id",
                device.clientId() + " ",
                "Authorization",
                "Bearer " + token + " ");
    }

    @Test
    void firmwareWithABuiltInTokenIsAcceptedIfItsOwnerAllowsIt() {
        String update = "/xiaozhi/device/update/" + device.mac();
        assertThat(named(device, "12345678")).isEqualTo(401);
        owner.ok("PUT", update, "{\"acceptWithoutToken\":1}");
        assertThat(owner.device(device).path("acceptWithoutToken").asInt()).isEqualTo(1);
        assertThat(named(device, "12345678")).isEqualTo(101);
        assertThat(named(device.withClientId(OTHER_FLASH), "12345678")).isEqualTo(401);
        assertThat(knock(device, "12345678")).as("without its Client-Id").isEqualTo(401);
        try (SessionClient client = SessionClient.dial(device, "test-token")) {
            client.say(SessionClient.HELLO);
            client.next("hello");
            assertThat(owner.device(device).path("online").asBoolean()).isTrue();
        }
        // Its own token is still valid.
        assertThat(named(device, SessionClient.token(device))).isEqualTo(101);
        owner.ok("PUT", update, "{\"alias\":\"x\"}");
        assertThat(named(device, "12345678")).isEqualTo(101);
        owner.ok("PUT", update, "{\"acceptWithoutToken\":0}");
        assertThat(named(device, "12345678")).isEqualTo(401);
        assertThat(owner.ok("GET", "/v1/audit?limit=10", "").toString())
                .contains("acceptWithoutToken=1");
    }

    @Test
    void aGuessableClientIdNeedsItsToken() {
        TestDevice weak = TestDevice.of(server, 5).withClientId("web_test_client");
        owner.bind(weak.code());
        String update = "/xiaozhi/device/update/" + weak.mac();
        owner.fails(400, "PUT", update, "{\"acceptWithoutToken\":true}");
        // It was bound as another pair when this was switched on.
        TestDevice strong = TestDevice.of(server, 6);
        owner.bind(strong.code());
        owner.ok("PUT", "/xiaozhi/device/update/" + strong.mac(), "{\"acceptWithoutToken\":true}");
        TestDevice guessable = strong.withClientId("web_test_client");
        owner.bind(guessable.code());
        assertThat(named(guessable, "12345678")).isEqualTo(401);
    }

    @Test
    void aDeviceThatHasNoClientIdAtAllIsAsBefore() {
        TestDevice old = TestDevice.of(server, 3).withClientId("");
        String token = SessionClient.token(old);
        assertThat(knock(old, token)).as("notified that it is not bound").isEqualTo(101);
        owner.bind(old.code());
        assertThat(knock(old, token)).isEqualTo(101);
        assertThat(
                        SessionClient.refused(
                                old,
                                "/v1/ws/",
                                "Device-Id",
                                old.mac(),
                                "Client-Id",
                                OTHER_FLASH,
                                "Authorization",
                                "Bearer " + token))
                .as("a token identifies its pair")
                .isEqualTo(401);
    }
}
