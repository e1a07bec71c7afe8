package io.slipway.rollout;

import io.slipway.TestClock;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One node with SQLite, or two that share a PostgreSQL and a folder of images, behind one address.
 */
final class Nodes implements AutoCloseable {

    final List<TestServer> servers = new ArrayList<>();
    final TestClock clock = new TestClock();
    final Splitter door;

    private Nodes(Path folder, int nodes, Map<String, String> settings) throws IOException {
        settings.putIfAbsent("firmware.dir", folder.resolve("images").toString());
        for (int i = 0; i < nodes; i++) {
            servers.add(TestServer.start(folder.resolve("node" + i), clock, settings));
        }
        door = new Splitter(servers.stream().map(TestServer::port).toList());
    }

    /**
     * The address that devices call: one node itself, because anything in between hides how a
     * download ends.
     */
    String base() {
        return servers.size() == 1 ? servers.getFirst().base() : door.base();
    }

    /** {@code settings} are key, value, key, value… */
    static Nodes start(TestEngine engine, Path folder, String... settings) throws IOException {
        return engine == TestEngine.SQLITE
                ? new Nodes(folder, 1, TestServer.pairs(settings))
                : two(folder, engine.config(folder).url(), settings);
    }

    /** With an existing PostgreSQL. */
    static Nodes two(Path folder, String url, String... settings) throws IOException {
        return new Nodes(folder, 2, TestServer.shared(url, settings));
    }

    @Override
    public void close() throws IOException {
        door.close();
        servers.forEach(TestServer::close);
    }
}
