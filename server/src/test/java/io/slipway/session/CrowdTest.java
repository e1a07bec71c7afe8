package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Dev;
import io.slipway.session.Crowd.Member;
import io.slipway.session.TestBackend.Manner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices by the thousand, all at the same moment. */
class CrowdTest {

    private static final int WANTED = 10_000;

    /** Below this the test would say nothing. */
    private static final int LEAST = 4_000;

    /** Descriptors for all that is not a device: the database, jars, the backends. */
    private static final int OTHERS = 500;

    private static final String WAKE = "{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"你好\"}";

    @TempDir private Path folder;

    private static List<byte[]> requests(Home home, List<Dev> devices) {
        return devices.stream()
                .map(device -> RawDevice.handshake(device, home.token(device), 1))
                .toList();
    }

    @Test
    void tenThousandHandshakesAtOnceAreAllAnsweredAndLeaveNothing() throws Exception {
        int count = Math.min(WANTED, (Leftovers.free() - OTHERS) / 2);
        assertThat(count)
                .as("raise the limit of open files: each device needs two")
                .isGreaterThanOrEqualTo(LEAST);
        try (Home home = Home.open(folder);
                Crowd crowd = new Crowd()) {
            List<byte[]> requests = requests(home, home.devices(1, count));
            // What the server remembers of its devices, it remembers from here on.
            arriveAndVanish(home, crowd, requests);
            Leftovers before = Leftovers.now();
            arriveAndVanish(home, crowd, requests);
            // A hundred bytes a session would be a leak that this finds.
            before.await(count * 100L);
        }
    }

    private static void arriveAndVanish(Home home, Crowd crowd, List<byte[]> requests)
            throws Exception {
        List<Member> members = crowd.connect(home.server.port(), requests);
        crowd.await(members, member -> member.connected);
        crowd.ask(members);
        crowd.await(members, member -> member.status == 101);
        crowd.await(members, member -> member.hellos == 1);
        assertThat(crowd.count(members, member -> member.alerts > 0 || member.gone)).isZero();
        assertThat(home.sessions()).isNotEmpty();
        crowd.forget(members);
        Await.until(() -> home.sessions().isEmpty());
    }

    @Test
    void aBackendThatRestartsUnderFiveHundredTalksIsToldToAllOfThem() throws Exception {
        try (Home home = Home.open(folder);
                TestBackend backend = TestBackend.start(Manner.ECHOES);
                Crowd crowd = new Crowd()) {
            home.relayTo(backend.url());
            List<byte[]> requests = requests(home, home.devices(1, 500));
            crowd.talk(60);
            talk(home, crowd, requests);
            backend.forget();
            Leftovers before = Leftovers.now();

            List<Member> members = crowd.connect(home.server.port(), requests);
            crowd.ask(members);
            crowd.await(members, member -> member.echoes > 10);
            backend.restart();
            crowd.await(members, member -> member.alerts == 1);
            crowd.await(members, member -> member.closeCode == 1000 && member.gone);
            assertThat(crowd.count(members, member -> member.strays > 0)).isZero();
            crowd.forget(members);

            talk(home, crowd, requests);
            backend.forget();
            before.await(500 * 1_000L);
        }
    }

    private static void talk(Home home, Crowd crowd, List<byte[]> requests) throws Exception {
        List<Member> members = crowd.connect(home.server.port(), requests);
        crowd.ask(members);
        crowd.await(members, member -> member.echoes > 10);
        assertThat(crowd.count(members, member -> member.strays > 0 || member.alerts > 0)).isZero();
        crowd.forget(members);
        Await.until(() -> home.sessions().isEmpty());
    }

    @Test
    void ofFiveHundredSocketsOfOneDeviceTheLastLives() throws Exception {
        try (Home home = Home.open(folder)) {
            Dev device = home.device(1);
            var all = new ArrayList<RawDevice>();
            Leftovers before = Leftovers.now();
            for (int i = 0; i < 500; i++) {
                all.add(home.call(device));
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
                assertThat(home.sessions()).hasSize(1);
            }
            before.awaitSockets();
        }
    }

    @Test
    void ofManySocketsOfOneDeviceAtOnceOneLives() throws Exception {
        try (Home home = Home.open(folder);
                Crowd crowd = new Crowd()) {
            byte[] request = requests(home, List.of(home.device(1))).getFirst();
            List<Member> all =
                    crowd.connect(home.server.port(), java.util.Collections.nCopies(500, request));
            crowd.await(all, member -> member.connected);
            crowd.ask(all);
            Await.until(() -> crowd.count(all, member -> member.gone) == 499);
            Await.until(() -> crowd.count(all, Member::talking) == 1);
            assertThat(home.sessions()).hasSize(1);
        }
    }
}
