package io.slipway.bench.checkin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CostPartTest {

    private static final String LOOP = "vert.x-eventloop-thread-0";
    private static final String HANDLER = "io.vertx.core.http.impl.Http1xServerConnection.handle";

    private static String charge(String thread, String... stack) {
        return CostPart.charge(thread, List.of(stack));
    }

    @Test
    void theFirstFrameFromTheTopDecides() {
        assertThat(
                        charge(
                                LOOP,
                                "java.lang.String.hashCode",
                                "io.slipway.device.BoundCache.find",
                                "io.slipway.checkin.CheckInRoutes.answer",
                                HANDLER))
                .isEqualTo("cache");
        assertThat(
                        charge(
                                LOOP,
                                "sun.nio.ch.SocketDispatcher.write0",
                                "io.netty.channel.nio.NioEventLoop.run"))
                .isEqualTo("kernel");
        assertThat(charge(LOOP, "javax.crypto.Mac.doFinal", "io.slipway.keys.Keyring.mac", HANDLER))
                .isEqualTo("HMAC");
        assertThat(
                        charge(
                                LOOP,
                                "java.util.Arrays.copyOf",
                                "io.slipway.protocol.ota.CheckInReader.read",
                                HANDLER))
                .isEqualTo("body");
        assertThat(charge(LOOP, "io.slipway.protocol.ota.ReplyWriter.write", HANDLER))
                .isEqualTo("answer");
    }

    @Test
    void framesWithoutAPartBelongToTheFrameworkBelow() {
        assertThat(charge(LOOP, "java.util.HashMap.get", "io.slipway.checkin.Seen.at", HANDLER))
                .isEqualTo("framework");
    }

    @Test
    void writingWhenDevicesWereSeenIsItsOwnCostInTheDatabaseToo() {
        assertThat(
                        charge(
                                "sqlite-writer",
                                "org.sqlite.core.NativeDB.step",
                                "io.slipway.device.seen.SeenStore.seen",
                                "io.slipway.sql.SqliteWriter.run"))
                .isEqualTo("last-seen");
        assertThat(charge("sqlite-writer", "org.sqlite.core.NativeDB.step")).isEqualTo("database");
    }

    @Test
    void aThreadDecidesWhenNoFrameDoes() {
        assertThat(charge("sqlite-reader-1", "java.lang.Thread.run")).isEqualTo("database");
        assertThat(charge("main", "java.lang.Thread.run")).isEqualTo(CostPart.REST);
        assertThat(charge("main")).isEqualTo(CostPart.REST);
    }

    /** A moved class would silently count as the framework's. */
    @Test
    void whatIsNamedOfTheServerIsThere() throws IOException {
        Path home = Path.of("").toAbsolutePath().getParent();
        Set<String> classes = new TreeSet<>();
        for (String module : List.of("server", "protocol")) {
            Path sources = home.resolve(module).resolve("src/main/java");
            try (var files = Files.walk(sources)) {
                files.map(file -> sources.relativize(file).toString())
                        .filter(name -> name.endsWith(".java"))
                        .map(name -> name.replace(".java", ".").replace('/', '.'))
                        .forEach(classes::add);
            }
        }
        for (CostPart part : CostPart.ALL) {
            for (String frames : part.frames()) {
                if (frames.startsWith("io.slipway.")) {
                    assertThat(classes)
                            .as(part.name())
                            .anyMatch(name -> name.startsWith(frames) || frames.startsWith(name));
                }
            }
        }
    }
}
