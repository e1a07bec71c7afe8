package io.slipway.rollout.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestServer;
import io.slipway.protocol.firmware.Chip;
import io.slipway.rollout.Shop;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.simulator.device.CheckInResult;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.simulator.update.UpdateOptions;
import io.slipway.simulator.update.UpdatingDevice;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An offer that a device has received is in the store, however the server ended. */
class GrantCrashTest {

    private static final int DEVICES = 40;

    /** When this many have their offer, the others are in progress. */
    private static final int ENOUGH = 8;

    private static final int TRIES = 10;

    /** What precedes an offer's id in a token. */
    private static final int TOKEN_HEAD = 36;

    @TempDir Path folder;

    @Test
    void killMinus9InABurstOfGrants() throws Exception {
        String rollout = prepare();
        int port = freePort();
        Process server = serve(port);
        Map<Integer, String> received = new ConcurrentHashMap<>();
        try {
            burst(port, received, server);
        } finally {
            server.destroyForcibly().waitFor();
        }
        assertThat(received).hasSizeGreaterThanOrEqualTo(ENOUGH);
        check(rollout, received, true);

        // It comes back, watches the earlier offers, and continues counting.
        Process again = serve(port);
        again.destroyForcibly().waitFor();
        check(rollout, received, false);
    }

    /** Devices bound long ago, and a rollout for all of them. */
    private String prepare() {
        try (var server = TestServer.start(TestEngine.SQLITE, folder)) {
            // The process uses the real clock, and its devices have run for a while.
            long behind = System.currentTimeMillis() - server.clock.millis();
            server.clock.advance(Duration.ofMillis(behind).minusDays(3));
            var shop = new Shop(server);
            for (int i = 0; i < DEVICES; i++) {
                shop.device(i);
            }
            return shop.start(Shop.plan(shop.build(FirmwareFile.of(Chip.ESP32S3, "2.5.0")), ""));
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Process serve(int port) throws IOException {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.slipway.Main",
                        "run");
        builder.environment().put("SLIPWAY_HTTP_PORT", Integer.toString(port));
        builder.environment().put("SLIPWAY_DATA_DIR", folder.toString());
        Process process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
        var lines = new ArrayList<String>();
        var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line;
        while ((line = reader.readLine()) != null) {
            lines.add(line);
            if (line.contains("First user") || line.contains("Log in")) {
                Thread.ofVirtual().start(() -> reader.lines().forEach(rest -> {}));
                return process;
            }
        }
        process.destroyForcibly();
        throw new AssertionError("it ended: " + lines);
    }

    private static void burst(int port, Map<Integer, String> received, Process server) {
        String url = "http://127.0.0.1:" + port + "/v1/ota/";
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < DEVICES; i++) {
                int seed = i;
                threads.execute(() -> {
                    var device = UpdatingDevice.of(UpdateOptions.of(url, 1).seed(seed));
                    // A server that has just started on a busy machine may answer without an offer.
                    for (int attempt = 0; attempt < TRIES && server.isAlive(); attempt++) {
                        device.boot();
                        CheckInResult result = device.checkIn();
                        if (result instanceof CheckInResult.Ready ready && device.wantsUpdate()) {
                            received.put(seed, offer(ready.answer().url()));
                            if (received.size() >= ENOUGH) {
                                server.destroyForcibly();
                            }
                            return;
                        }
                    }
                });
            }
        }
    }

    private static String offer(String url) {
        // …/<build>/<token>/<version>.bin
        String path = url.substring(0, url.lastIndexOf('/'));
        byte[] token = Base64.getUrlDecoder().decode(path.substring(path.lastIndexOf('/') + 1));
        return new String(
                Arrays.copyOfRange(token, TOKEN_HEAD, token.length), StandardCharsets.US_ASCII);
    }

    private void check(String rollout, Map<Integer, String> received, boolean justNow) {
        try (Database database = TestEngine.SQLITE.open(folder)) {
            database.run(
                    Plane.CONSOLE,
                    tx -> {
                        List<AttemptRow> rows =
                                AttemptStore.ofRollout(tx, rollout, null, 0, 10_000);
                        List<String> stored = new ArrayList<>();
                        for (AttemptRow row : rows) {
                            stored.add(row.attempt().offer().id());
                            if (justNow) {
                                assertThat(row.attempt().conclusion().state())
                                        .isEqualTo(AttemptState.OFFERED);
                            }
                        }
                        assertThat(stored).containsAll(received.values());
                        assertThat(RolloutStore.find(tx, rollout).orElseThrow().load().inFlight())
                                .as("in flight")
                                .isLessThanOrEqualTo(rows.size());
                        var checks = new StoreChecks(tx);
                        checks.counts(rollout);
                        checks.replay(rows.stream().map(AttemptRow::deviceId).toList(), 0);
                        assertThat(checks.wrongs).isEmpty();
                    });
        }
    }
}
