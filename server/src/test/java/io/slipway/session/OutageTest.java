package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestClock;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.Waits;
import io.slipway.sql.TestEngine;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What devices and people see when the database or the server fails (decisions D6). */
class OutageTest {

    @TempDir private Path folder;

    private static Map<String, String> settings(EmbeddedPostgres postgres) {
        return TestServer.postgres(postgres.getJdbcUrl("postgres", "postgres"));
    }

    @Test
    @Waits
    void whileTheDatabaseIsGoneBoundPairsAreAnsweredFromMemory() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
        try (TestServer server = TestServer.start(folder, new TestClock(), settings(postgres))) {
            Person owner = Person.register(server, "owner");
            TestDevice bound = TestDevice.of(server, 1);
            owner.bind(bound.code());
            assertThat(bound.bound()).isTrue();
            TestDevice unbound = TestDevice.of(server, 2);
            assertThat(unbound.code()).isNotEmpty();

            postgres.close();
            assertThat(bound.bound()).isTrue();
            assertThat(bound.withVersion("2.5.0").bound()).as("with news, too").isTrue();
            allAtOnce(
                    () -> {
                        var failed = unbound.tryCheckIn();
                        assertThat(failed.statusCode()).isEqualTo(500);
                        assertThat(failed.body())
                                .contains("Failed to read device auto_update status");
                    },
                    () -> assertThat(bound.poll()).as("never 200 without a look-up").isEqualTo(500),
                    () -> assertThat(unbound.poll()).isEqualTo(500),
                    () -> owner.fails(503, "GET", "/v1/devices", ""),
                    () -> {
                        var health = server.call("GET", "/health", new byte[0]);
                        assertThat(health.statusCode()).as("devices get here").isEqualTo(200);
                    },
                    () -> {
                        var health = server.call("GET", "/health/database", new byte[0]);
                        assertThat(health.statusCode()).isEqualTo(503);
                        assertThat(health.body()).contains("\"status\":\"database\"");
                    });
        } finally {
            postgres.close();
        }
    }

    @Test
    @Waits
    void withoutTheDatabaseKnownPairsTalkAndOthersMustTryLater() throws Exception {
        EmbeddedPostgres database = EmbeddedPostgres.builder().start();
        try (TestServer server = TestServer.start(folder, new TestClock(), settings(database))) {
            Person owner = Person.register(server, "owner");
            TestDevice known = TestDevice.of(server, 1);
            owner.bind(known.code());
            String token = SessionClient.token(known);
            try (SessionClient client = SessionClient.dial(known, token)) {
                client.say(SessionClient.HELLO);
                client.next("hello");
            }
            TestDevice unbound = TestDevice.of(server, 2);
            String other = SessionClient.token(unbound);
            database.close();
            try (SessionClient client = SessionClient.dial(known, token)) {
                client.say(SessionClient.HELLO);
                assertThat(client.next().type()).isEqualTo("hello");
                assertThat(client.next().type()).isEqualTo("mcp");
            }
            try (SessionClient client = SessionClient.dial(unbound, other)) {
                client.say(SessionClient.HELLO);
                client.next("alert");
                assertThat(client.untilStop()).noneMatch(heard -> heard.type().equals("system"));
                assertThat(client.closeCode()).isEqualTo(1000);
            }
        } finally {
            database.close();
        }
    }

    @Test
    @Waits
    void aShutdownLetsACallEndAndTellsTheOthers() throws Exception {
        TestServer server = TestServer.start(TestEngine.SQLITE, folder);
        Person owner = Person.register(server, "owner");
        var phones = new ArrayList<SessionClient>();
        for (int i = 1; i <= 3; i++) {
            TestDevice device = TestDevice.of(server, i);
            owner.bind(device.code());
            SessionClient client = SessionClient.call(device);
            client.next("hello");
            phones.add(client);
        }
        Thread stop = Thread.startVirtualThread(server::close);
        for (SessionClient client : phones) {
            client.next("alert");
            assertThat(client.untilStop()).isNotEmpty();
            assertThat(client.closeCode()).isEqualTo(1000);
        }
        stop.join();
    }

    // Each of them waits for the database as long as allowed.
    private static void allAtOnce(Runnable... checks) throws Exception {
        var running = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Runnable check : checks) {
                running.add(threads.submit(check));
            }
        }
        for (Future<?> each : running) {
            each.get();
        }
    }
}
