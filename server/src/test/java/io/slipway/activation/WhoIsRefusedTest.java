package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is refused, in realistic networks of people and devices (decisions D2). */
@ParameterizedClass
@EnumSource(TestEngine.class)
class WhoIsRefusedTest {

    private static final String HERE = "203.0.113.7";
    private static final String ELSEWHERE = "198.51.100.9";

    @Parameter TestEngine engine;
    @TempDir Path folder;

    private TestServer start(int codesAtOnce, String... more) {
        var all = new ArrayList<>(List.of(more));
        all.addAll(List.of("activation.codes-at-once", Integer.toString(codesAtOnce)));
        all.addAll(List.of("activation.codes-per-second", "1"));
        return TestServer.start(engine, folder, all.toArray(new String[0]));
    }

    private TestServer named(int codesAtOnce) {
        return start(codesAtOnce, "http.trusted-proxies", "127.0.0.1");
    }

    private static int codes(TestServer server, int first, int devices, String address) {
        int given = 0;
        for (int i = 0; i < devices; i++) {
            boolean got = !TestDevice.of(server, first + i).from(address).code().isEmpty();
            given += got ? 1 : 0;
        }
        return given;
    }

    private static JsonNode nearby(Person person, String address) {
        return Person.json(
                person.server.call(
                        "GET",
                        "/v1/nearby",
                        new byte[0],
                        "Authorization",
                        "Bearer " + person.token,
                        "X-Forwarded-For",
                        address));
    }

    @Test
    void aFactoryHasAThousandCodesWhateverIsMadeUpElsewhere() {
        try (TestServer server = named(1_000)) {
            assertThat(codes(server, 100_000, 500, HERE)).isEqualTo(500);
            assertThat(codes(server, 200_000, 1_100, ELSEWHERE))
                    .as("the crowd has only its own share")
                    .isEqualTo(1_000);
            assertThat(codes(server, 100_500, 500, HERE)).isEqualTo(500);
            assertThat(codes(server, 300_000, 1, HERE)).as("one more").isZero();
        }
    }

    @Test
    void aSchoolAtOneAddressIsNotRefusedForEachOthersMistakes() {
        try (TestServer server = named(100)) {
            assertThat(codes(server, 1_000, 60, HERE)).isEqualTo(60);
            var pupils = new ArrayList<Person>();
            for (int i = 0; i < 12; i++) {
                pupils.add(Person.register(server, "pupil" + i));
                // Together more than one address may have.
                assertThat(CodesTest.bind(pupils.get(i), "999999" + i, HERE)).isEqualTo(400);
            }
            for (int i = 0; i < 12; i++) {
                TestDevice device = TestDevice.of(server, 1_000 + i).from(HERE);
                assertThat(CodesTest.bind(pupils.get(i), device.code(), HERE))
                        .as("pupil " + i)
                        .isEqualTo(200);
                assertThat(device.bound()).isTrue();
            }
            // A persistent guesser is refused there, whatever they type, but not at home.
            Person guesser = pupils.getFirst();
            String code = TestDevice.of(server, 1_030).from(HERE).code();
            assertThat(CodesTest.bind(guesser, "8888881", HERE)).isEqualTo(400);
            assertThat(CodesTest.bind(guesser, "8888882", HERE)).isEqualTo(400);
            assertThat(CodesTest.bind(guesser, code, HERE)).isEqualTo(429);
            assertThat(CodesTest.bind(guesser, code, ELSEWHERE)).isEqualTo(200);
        }
    }

    @Test
    void aPhoneOnMobileDataBindsTheDeviceOnWiFi() {
        try (TestServer server = named(100)) {
            Person owner = Person.register(server, "owner");
            TestDevice device = TestDevice.of(server, 1).from(HERE);
            String code = device.code();
            assertThat(nearby(owner, ELSEWHERE).path("data")).isEmpty();
            assertThat(nearby(owner, HERE).path("data")).hasSize(1);
            assertThat(CodesTest.bind(owner, code, ELSEWHERE)).isEqualTo(200);
            assertThat(device.bound()).isTrue();
        }
    }

    @Test
    void aBrowserWithIpv6BindsTheDeviceWithIpv4() {
        try (TestServer server = named(100)) {
            Person owner = Person.register(server, "owner");
            TestDevice device = TestDevice.of(server, 1).from(HERE);
            String code = device.code();
            assertThat(nearby(owner, "2001:db8:1:2::5").path("data")).isEmpty();
            assertThat(CodesTest.bind(owner, code, "2001:db8:1:2::5")).isEqualTo(200);
            assertThat(device.bound()).isTrue();
        }
    }

    @Test
    void behindAnUnnamedNginxOnThisHostEachHasLimitsOfHisOwnAndNobodyIsNear() {
        try (TestServer server = start(20)) {
            Person owner = Person.register(server, "owner");
            assertThat(codes(server, 100, 25, ELSEWHERE)).as("of one client").isEqualTo(20);
            TestDevice device = TestDevice.of(server, 1).from(HERE);
            String code = device.code();
            assertThat(code).as("of another").isNotEmpty();
            assertThat(nearby(owner, HERE).path("off").asBoolean()).isTrue();
            Person guesser = Person.register(server, "guesser");
            for (int i = 0; i < 5; i++) {
                assertThat(CodesTest.bind(guesser, "999999" + i, ELSEWHERE)).isEqualTo(400);
            }
            assertThat(CodesTest.bind(guesser, code, ELSEWHERE))
                    .as("the account's five are used up")
                    .isEqualTo(429);
            assertThat(CodesTest.bind(owner, code, HERE)).isEqualTo(200);
            assertThat(device.bound()).isTrue();
        }
    }

    @Test
    void behindAProxyThatPassesTcpThroughAndSaysNothingNoAddressIsTheLimit() {
        try (TestServer server = start(60)) {
            Person owner = Person.register(server, "owner");
            assertThat(codes(server, 100, 200, "")).as("a proxy from the 51st on").isEqualTo(200);
            String code = TestDevice.of(server, 1).code();
            for (int guesser = 0; guesser < 4; guesser++) {
                Person each = Person.register(server, "guesser" + guesser);
                for (int i = 0; i < 4; i++) {
                    each.fails(
                            400,
                            "POST",
                            "/xiaozhi/device/bind/" + each.agentId + "/999999" + i,
                            "");
                }
            }
            owner.bind(code);
            assertThat(TestDevice.of(server, 1).bound()).isTrue();
        }
    }
}
