package io.slipway.rollout.grant;

import io.slipway.http.HttpConfig;
import io.slipway.http.edge.Edge;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Nodes on one database, with their own clocks controlled by the test. */
final class StoreNodes implements AutoCloseable {

    /** Of the nodes after the first. */
    private static final long AHEAD = 4_000;

    final Database database;
    final AtomicLong clock = new AtomicLong(Given.T0);
    private final DatabaseConfig config;
    private final Path folder;
    private final Edge edge;
    private final List<StoreNode> nodes = new ArrayList<>();
    private long jitter;
    private long macs;

    StoreNodes(TestEngine engine, Path folder) {
        this.folder = folder;
        config = engine.config(folder);
        database = Database.open(config);
        var http = new HttpConfig("127.0.0.1", 0, List.of(), "", Duration.ofSeconds(30), 0, 65_536);
        edge = new Edge(http, () -> Instant.ofEpochMilli(clock.get()), fault -> null);
    }

    /** Restarts this many nodes; with SQLite there is one. */
    void start(int count, boolean hidden, Limits limits, long skew) {
        stop();
        jitter = count == 1 ? skew : 0;
        for (int i = 0; i < count; i++) {
            long ahead = i * (skew == 0 ? 0 : AHEAD);
            nodes.add(
                    new StoreNode(
                            config,
                            database,
                            edge,
                            () -> Instant.ofEpochMilli(clock.get() + ahead),
                            new StoreNode.Options(folder, hidden, limits)));
        }
    }

    private void stop() {
        nodes.forEach(StoreNode::close);
        nodes.clear();
    }

    StoreNode first() {
        return nodes.getFirst();
    }

    StoreNode get(int at) {
        return nodes.get(at);
    }

    boolean has(StoreNode node) {
        return nodes.contains(node);
    }

    int count() {
        return nodes.size();
    }

    /** Any of them, at the world's time. */
    StoreNode any(SimWorld world) {
        at(world);
        return nodes.get(world.random.nextInt(nodes.size()));
    }

    void at(SimWorld world) {
        clock.set(world.now + (jitter > 0 && world.random.nextBoolean() ? jitter : 0));
    }

    /**
     * Waits until all nodes have received what one has sent: seconds of theirs are no time here.
     */
    void heard(StoreNode from) {
        if (nodes.size() == 1) {
            return;
        }
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        boolean all;
        do {
            // A node that has just started may not be listening yet.
            String word = from.tell();
            all = nodes.stream().allMatch(node -> node.hears(word));
            if (System.nanoTime() > end) {
                throw new IllegalStateException("no message arrived");
            }
        } while (!all);
    }

    long nextMac() {
        return ++macs;
    }

    @Override
    public void close() {
        stop();
        edge.close();
        database.close();
    }
}
