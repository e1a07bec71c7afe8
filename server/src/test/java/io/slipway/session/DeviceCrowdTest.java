package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestDevice;
import io.slipway.session.DeviceCrowd.Member;
import io.slipway.session.TestBackend.Manner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of devices at the same moment. */
class DeviceCrowdTest {

    private static final int WANTED = 10_000;

    /** With fewer, the test would prove nothing. */
    private static final int LEAST = 4_000;

    /** File descriptors besides the devices': the database, jars, the backends. */
    private static final int OTHERS = 500;

    private static final String WAKE = "{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"你好\"}";

    @TempDir private Path folder;

    private static List<byte[]> requests(SessionFixture fixture, List<TestDevice> devices) {
        return devices.stream()
                .map(device -> RawDevice.handshake(device, fixture.token(device), 1))
                .toList();
    }

    @Test
    void tenThousandHandshakesAtOnceAreAllAnsweredAndLeaveNothing() throws Exception {
        // So many that the governor has no reason to close those that are slow.
        int count = Math.min(WANTED, (ProcessResources.free() - OTHERS) * 9 / 20);
        assertThat(count)
                .as("raise the open file limit: each device needs two")
                .isGreaterThanOrEqualTo(LEAST);
        try (SessionFixture fixture = SessionFixture.open(folder);
                DeviceCrowd crowd = new DeviceCrowd()) {
            List<byte[]> requests = requests(fixture, fixture.devices(1, count));
            // What the server remembers of its devices is in memory from here on.
            arriveAndVanish(fixture, crowd, requests);
            ProcessResources before = ProcessResources.now();
            arriveAndVanish(fixture, crowd, requests);
            // It would detect a leak of a hundred bytes per session.
            before.await(count * 100L);
        }
    }

    private static void arriveAndVanish(
            SessionFixture fixture, DeviceCrowd crowd, List<byte[]> requests) throws Exception {
        List<Member> members = crowd.connect(fixture.server.port(), requests);
        crowd.await(members, member -> member.connected);
        crowd.ask(members);
        crowd.await(members, member -> member.status == 101);
        crowd.await(members, member -> member.hellos == 1);
        assertThat(crowd.count(members, member -> member.alerts > 0 || member.gone)).isZero();
        assertThat(fixture.sessions()).isNotEmpty();
        crowd.forget(members);
        Await.until(() -> fixture.sessions().isEmpty());
    }

    @Test
    void aBackendRestartIsReportedToAllFiveHundredSessions() throws Exception {
        try (SessionFixture fixture = SessionFixture.open(folder);
                TestBackend backend = TestBackend.start(Manner.ECHOES);
                DeviceCrowd crowd = new DeviceCrowd()) {
            fixture.relayTo(backend.url());
            List<byte[]> requests = requests(fixture, fixture.devices(1, 500));
            crowd.talk(60);
            talk(fixture, crowd, requests);
            backend.forget();
            ProcessResources before = ProcessResources.now();

            List<Member> members = crowd.connect(fixture.server.port(), requests);
            crowd.ask(members);
            crowd.await(members, member -> member.echoes > 10);
            backend.restart();
            crowd.await(members, member -> member.alerts == 1);
            crowd.await(members, member -> member.closeCode == 1000 && member.gone);
            assertThat(crowd.count(members, member -> member.strays > 0)).isZero();
            assertThat(crowd.count(members, member -> member.spoken == 0)).isZero();
            crowd.forget(members);

            talk(fixture, crowd, requests);
            backend.forget();
            before.await(500 * 1_000L);
        }
    }

    private static void talk(SessionFixture fixture, DeviceCrowd crowd, List<byte[]> requests)
            throws Exception {
        List<Member> members = crowd.connect(fixture.server.port(), requests);
        crowd.ask(members);
        crowd.await(members, member -> member.echoes > 10);
        assertThat(crowd.count(members, member -> member.strays > 0 || member.alerts > 0)).isZero();
        crowd.forget(members);
        Await.until(() -> fixture.sessions().isEmpty());
    }

    @Test
    void ofFiveHundredSocketsOfOneDeviceTheLastLives() throws Exception {
        try (SessionFixture fixture = SessionFixture.open(folder)) {
            TestDevice device = fixture.device(1);
            var all = new ArrayList<RawDevice>();
            ProcessResources before = ProcessResources.now();
            for (int i = 0; i < 500; i++) {
                all.add(fixture.call(device));
            }
            try (RawDevice last = all.removeLast()) {
                last.next("hello");
                for (RawDevice replaced : all) {
                    assertThat(replaced.lastWords()).isEqualTo(1000);
                    replaced.close();
                }
                // Still alive: it answers.
                last.send(Frame.TEXT, Frame.utf8(WAKE));
                assertThat(last.next("stt").json().path("text").asText()).isEqualTo("你好");
                assertThat(fixture.sessions()).hasSize(1);
            }
            before.awaitSockets();
        }
    }

    @Test
    void ofManySocketsOfOneDeviceAtOnceOneLives() throws Exception {
        try (SessionFixture fixture = SessionFixture.open(folder);
                DeviceCrowd crowd = new DeviceCrowd()) {
            byte[] request = requests(fixture, List.of(fixture.device(1))).getFirst();
            List<Member> all =
                    crowd.connect(
                            fixture.server.port(), java.util.Collections.nCopies(500, request));
            crowd.await(all, member -> member.connected);
            crowd.ask(all);
            Await.until(() -> crowd.count(all, member -> member.gone) == 499);
            Await.until(() -> crowd.count(all, Member::talking) == 1);
            assertThat(fixture.sessions()).hasSize(1);
        }
    }
}
