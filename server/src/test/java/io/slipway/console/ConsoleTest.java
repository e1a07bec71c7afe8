package io.slipway.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Effort;
import io.slipway.TestServer;
import io.slipway.account.provider.FaithfulProvider;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stories of the console, run in a real browser with a real server. The stories are in {@code
 * console/e2e}; screenshots of every page are saved in {@code target/screenshots}. By default each
 * language is tested in one width, with {@code ./slipway test --all} in both.
 */
class ConsoleTest {

    static final Path CONSOLE = Path.of("..", "console").toAbsolutePath().normalize();
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final int LIMIT_SECONDS = Effort.all() ? 1_800 : 600;
    private static final int LAST_LINES = 60;

    /** By its public URL, because a provider sends browsers to no other. */
    // Below a path, as behind a proxy that several programs share.
    private static final String PEOPLE = "http://voice.test/slipway";

    private static final String PROVIDER = "provider.test";

    @TempDir Path folder;
    @TempDir Path peoplesFolder;

    @Test
    void storiesInABrowser() throws Exception {
        Path node =
                Chromium.onPath("node")
                        .orElseThrow(() ->
                                new AssertionError(
                                        "the console's tests need Node.js 20.19 or newer: install"
                                                + " it (Debian: apt-get install nodejs npm, macOS:"
                                                + " brew install node)"));
        assertThat(CONSOLE.resolve("node_modules/playwright-core"))
                .as("the console is built before its tests: ./slipway test does so")
                .exists();
        Path browser = Chromium.program();
        Path log = TARGET.resolve("console-e2e.log");
        try (TestServer server = TestServer.start(TestEngine.SQLITE, folder);
                Control control = new Control(server);
                FaithfulProvider provider = new FaithfulProvider();
                TestServer people = people(provider);
                Control peoplesControl = new Control(people)) {
            var builder = new ProcessBuilder(node.toString(), "e2e/run.mjs");
            builder.directory(CONSOLE.toFile()).redirectErrorStream(true);
            builder.redirectOutput(log.toFile());
            builder.environment().put("BASE", server.base());
            builder.environment().put("CONTROL", control.base().toString());
            builder.environment().put("PEOPLE", PEOPLE);
            builder.environment().put("PEOPLE_PORT", Integer.toString(people.port()));
            builder.environment().put("PEOPLE_CONTROL", peoplesControl.base().toString());
            builder.environment().put("PROVIDER", provider.seenAt(PROVIDER));
            builder.environment().put("SETUP_CODE", TestServer.SETUP_CODE);
            builder.environment().put("CHROMIUM", browser.toString());
            builder.environment().put("LOOKS", Effort.all() ? "all" : "some");
            builder.environment().put("SCREENSHOTS", TARGET.resolve("screenshots").toString());
            Process stories = builder.start();
            boolean ended = stories.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                // The browser is a separate child process.
                stories.descendants().forEach(ProcessHandle::destroyForcibly);
                stories.destroyForcibly();
            }
            assertThat(ended).as("takes over " + LIMIT_SECONDS + " s\n" + end(log)).isTrue();
            assertThat(stories.exitValue()).as(end(log)).isZero();
        }
    }

    private TestServer people(FaithfulProvider provider) {
        return TestServer.start(
                TestEngine.SQLITE,
                peoplesFolder,
                "public.url",
                PEOPLE,
                "account.oidc.issuer",
                provider.issuer(),
                "account.oidc.client-id",
                FaithfulProvider.CLIENT,
                "account.oidc.client-secret",
                FaithfulProvider.SECRET,
                "account.oidc.name",
                "Example");
    }

    private static String end(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }
}
