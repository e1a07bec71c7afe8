package io.slipway.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.TestClock;
import io.slipway.account.Node;
import io.slipway.account.TestAccounts;
import io.slipway.base.Base;
import io.slipway.cluster.Bus;
import io.slipway.http.HttpConfig;
import io.slipway.http.edge.Edge;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import io.slipway.work.Housekeeping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The feature on a real database behind a real socket; nothing happens until the test triggers it.
 */
final class EventFixture implements AutoCloseable {

    static final MasterKey MASTER = MasterKey.ofHex("5a".repeat(32));

    final Node node;
    final Events events;
    final EventModule module;
    final TestAccounts.Login admin;
    final TestAccounts.Login alice;
    final TestAccounts.Login bob;

    /** The events of the last other process. */
    Events anothers;

    private final List<Runnable> more = new ArrayList<>();

    EventFixture(TestEngine engine, Path folder) {
        node = new Node(engine, folder);
        module = module(node.edge, node.base, true);
        events = module.events();
        node.start();
        admin = TestAccounts.login(node.database, node.now::get, "admin", true);
        alice = TestAccounts.login(node.database, node.now::get, "alice", false);
        bob = TestAccounts.login(node.database, node.now::get, "bob", false);
    }

    private EventModule module(Edge edge, Base base, boolean privateAllowed) {
        var config = new EventConfig(Duration.ofDays(90), privateAllowed);
        return EventModule.install(edge, () -> config, base, node.access, MASTER);
    }

    /** Another process over the same database. */
    EventModule another(boolean privateAllowed) {
        var config =
                new HttpConfig("127.0.0.1", 0, List.of(), "", Duration.ofSeconds(30), 0, 65_536);
        var edge = new Edge(config, node.now::get, fault -> null);
        Database database =
                node.databaseConfig().postgres()
                        ? Database.open(node.databaseConfig())
                        : node.database;
        // The clock stands still here, and two nodes in the same millisecond would run out of ids.
        var ids = new Ids(() -> node.now.get().plusMillis(1));
        var base =
                new Base(
                        database,
                        ids,
                        TestClock.shared(node.now::get, database),
                        new Bus.Local(),
                        new Housekeeping());
        EventModule made = module(edge, base, privateAllowed);
        anothers = made.events();
        more.add(made::close);
        more.add(edge::close);
        if (database != node.database) {
            more.add(database::close);
        }
        return made;
    }

    static NewEvent event(EventType type, String account, String rollout) {
        return new NewEvent(type, account, rollout, "b1", "", Map.of("stage", 1));
    }

    void add(NewEvent... added) {
        node.database.run(
                Plane.CONSOLE,
                tx -> {
                    for (NewEvent event : added) {
                        events.add(tx, event);
                    }
                });
    }

    void add(EventType type, TestAccounts.Login who, String rollout) {
        add(event(type, who.caller().accountId(), rollout));
    }

    Node.Answer call(TestAccounts.Login who, String method, String path, String body) {
        return node.as(who.token(), method, path, body);
    }

    JsonNode ok(TestAccounts.Login who, String method, String path, String body) {
        var answer = call(who, method, path, body);
        assertThat(answer.status()).as(path + " " + answer.json()).isEqualTo(200);
        return answer.data();
    }

    /** A new webhook, with its secret. */
    JsonNode webhook(TestAccounts.Login who, String url, String more) {
        return ok(who, "POST", "/v1/webhooks", "{\"url\":\"" + url + "\"" + more + "}");
    }

    /** The page of deliveries in a state, newest first. */
    JsonNode deliveries(TestAccounts.Login who, String webhook, String state) {
        return ok(
                who, "GET", "/v1/webhooks/" + webhook + "/deliveries?limit=100&state=" + state, "");
    }

    /** Runs housekeeping until a condition holds. */
    void until(BooleanSupplier holds) {
        until(holds, module);
    }

    static void until(BooleanSupplier holds, EventModule... modules) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            for (EventModule module : modules) {
                module.deliver();
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Until there are this many deliveries in a state. */
    void until(TestAccounts.Login who, String webhook, String state, int count) {
        until(() -> deliveries(who, webhook, state).size() >= count);
    }

    @Override
    public void close() {
        module.close();
        more.forEach(Runnable::run);
        node.close();
    }
}
