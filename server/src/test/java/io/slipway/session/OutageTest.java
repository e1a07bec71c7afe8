package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Dev;
import io.slipway.Person;
import io.slipway.TestClock;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What devices meet when the database or the server goes. */
class OutageTest {

    @TempDir private Path folder;

    @Test
    void withoutTheDatabaseKnownPairsTalkAndOthersAreToldToTryLater() throws Exception {
        EmbeddedPostgres database = EmbeddedPostgres.builder().start();
        Map<String, String> settings =
                Map.of(
                        "database.url", database.getJdbcUrl("postgres", "postgres"),
                        "database.user", "postgres",
                        "database.password", "postgres",
                        "database.pool-size", "3");
        try (TestServer server = TestServer.start(folder, new TestClock(), settings)) {
            Person owner = Person.register(server, "owner");
            Dev known = Dev.of(server, 1);
            owner.bind(known.code());
            String token = Phone.token(known);
            try (Phone phone = Phone.dial(known, token)) {
                phone.say(Phone.HELLO);
                phone.next("hello");
            }
            Dev unbound = Dev.of(server, 2);
            String other = Phone.token(unbound);
            database.close();
            try (Phone phone = Phone.dial(known, token)) {
                phone.say(Phone.HELLO);
                assertThat(phone.next().type()).isEqualTo("hello");
                assertThat(phone.next().type()).isEqualTo("mcp");
            }
            try (Phone phone = Phone.dial(unbound, other)) {
                phone.say(Phone.HELLO);
                phone.next("alert");
                assertThat(phone.untilStop()).noneMatch(heard -> heard.type().equals("system"));
                assertThat(phone.closeCode()).isEqualTo(1000);
            }
        } finally {
            database.close();
        }
    }

    @Test
    void aShutdownLetsACallEndAndTellsTheOthers() throws Exception {
        TestServer server = TestServer.start(TestEngine.SQLITE, folder);
        Person owner = Person.register(server, "owner");
        var phones = new ArrayList<Phone>();
        for (int i = 1; i <= 3; i++) {
            Dev device = Dev.of(server, i);
            owner.bind(device.code());
            Phone phone = Phone.call(device);
            phone.next("hello");
            phones.add(phone);
        }
        Thread stop = Thread.startVirtualThread(server::close);
        for (Phone phone : phones) {
            phone.next("alert");
            assertThat(phone.untilStop()).isNotEmpty();
            assertThat(phone.closeCode()).isEqualTo(1000);
        }
        stop.join();
    }
}
