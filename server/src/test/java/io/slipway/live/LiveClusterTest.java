package io.slipway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestClock;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.session.SessionClient;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices at one node, pages at the other. */
class LiveClusterTest {

    @TempDir Path folder;
    private TestServer one;
    private TestServer two;

    @BeforeEach
    void start() {
        Map<String, String> settings = TestServer.shared(TestEngine.POSTGRES.config(folder).url());
        var clock = new TestClock();
        one = TestServer.start(folder.resolve("one"), clock, settings);
        two = TestServer.start(folder.resolve("two"), clock, settings);
    }

    @AfterEach
    void stop() {
        two.close();
        one.close();
    }

    private static OpenPage page(TestServer server, Person person) {
        return OpenPage.open(server.base(), "Authorization", "Bearer " + person.token);
    }

    @Test
    void changesAtOneNodeAreAnnouncedAtTheOther() {
        Person admin = Person.register(one, "admin");
        Person alice = Person.register(one, "alice");
        Person bob = Person.register(one, "bob");
        TestDevice device = TestDevice.of(one, 1);
        TestDevice other = TestDevice.of(one, 2);
        bob.bind(other.code());
        try (OpenPage hers = page(two, alice);
                OpenPage his = page(two, bob);
                OpenPage all = page(two, admin);
                OpenPage near = page(one, alice)) {
            alice.bind(device.code());
            for (OpenPage page : new OpenPage[] {hers, all, near}) {
                page.await("device", "mac", device.mac());
            }
            try (SessionClient _ = SessionClient.call(device)) {
                for (OpenPage page : new OpenPage[] {hers, all, near}) {
                    page.await("presence", "mac", device.mac(), "online", "true");
                }
            }
            hers.await("presence", "mac", device.mac(), "online", "false");
            bob.unbind(other);
            assertThat(his.upTo(told -> told.is("device", "mac", other.mac())))
                    .noneMatch(told -> told.is("device", "mac", device.mac()))
                    .noneMatch(told -> told.is("presence"));
        }
    }

    /** With more than fits into one message of the bus. */
    @Test
    void aBatchOfDevicesIsSentInPieces() {
        Person alice = Person.register(one, "alice");
        try (OpenPage hers = page(two, alice)) {
            for (int i = 1; i <= 30; i++) {
                alice.bind(TestDevice.of(one, i).code());
            }
            String last = TestDevice.of(one, 30).mac();
            hers.await(told -> told.is("device", "mac", last) || told.is("reload"));
        }
    }
}
