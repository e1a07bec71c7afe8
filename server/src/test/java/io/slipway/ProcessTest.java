package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.simulator.Console;
import io.slipway.simulator.fleet.Fleet;
import io.slipway.simulator.fleet.FleetOptions;
import io.slipway.simulator.fleet.FleetReport;
import io.slipway.simulator.fleet.Mix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as a separate process, as people run it: devices, signals, kill -9. */
class ProcessTest {

    /** The tour in the README uses it. */
    private static final String SETUP_CODE = "my-own-code";

    private static final Pattern LINK =
            Pattern.compile("http://localhost:[0-9]+/sign-up#setup-code=([A-Z0-9-]{14})$");

    @TempDir Path folder;
    private final List<Process> processes = new ArrayList<>();
    private int port;

    @BeforeEach
    void pickPort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void killAll() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process run(Map<String, String> environment, String... arguments) throws IOException {
        return run(environment, ProcessBuilder.Redirect.PIPE, arguments);
    }

    private Process run(
            Map<String, String> environment, ProcessBuilder.Redirect output, String... arguments)
            throws IOException {
        var command = new ArrayList<String>();
        if (System.getProperty("os.name").equals("Linux")) {
            // Tests that are run by nohup ignore it, and so would this process.
            command.addAll(List.of("env", "--default-signal=HUP"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.slipway.Main"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("SLIPWAY_HTTP_PORT", Integer.toString(port));
        builder.environment().put("SLIPWAY_ACCOUNT_CAPTCHA", "off");
        builder.environment().put("SLIPWAY_ACCOUNT_SETUP_CODE", SETUP_CODE);
        builder.environment().put("SLIPWAY_SHUTDOWN_GRACE", "5 s");
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(output);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Starts a server and reads until it has printed its three lines. */
    private List<String> serve() throws IOException {
        return serve(Map.of());
    }

    private List<String> serve(Map<String, String> environment) throws IOException {
        Process process = run(environment, "run");
        var lines = new ArrayList<String>();
        var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line;
        while ((line = reader.readLine()) != null) {
            lines.add(line);
            if (line.contains("First user") || line.contains("Log in")) {
                Thread.ofVirtual().start(() -> reader.lines().forEach(rest -> {}));
                return lines;
            }
        }
        throw new AssertionError("it ended: " + lines);
    }

    private static String output(Process process) throws IOException, InterruptedException {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    private String base() {
        return "http://127.0.0.1:" + port;
    }

    @Test
    void aFleetActivatesAndSurvivesKillMinus9() throws Exception {
        List<String> said = serve();
        assertThat(said).anyMatch(line -> line.contains(":" + port + "/v1/ota/"));
        FleetReport report;
        try (var owner =
                Console.open(
                        base(), new Console.Login("owner", "correct horse", true, SETUP_CODE))) {
            FleetOptions options =
                    FleetOptions.of(base() + "/v1/ota/", 120)
                            .withSpeed(40)
                            .withLimit(Duration.ofSeconds(90))
                            .withOwner(owner);
            report = Fleet.run(options);
        }
        assertThat(report.findings().broken()).isEmpty();
        assertThat(report.allActivated()).as(report.toString()).isTrue();

        // What was acknowledged survives even this.
        processes.getFirst().destroyForcibly().waitFor();
        serve();
        FleetReport again =
                Fleet.run(
                        FleetOptions.of(base() + "/v1/ota/", 120)
                                .withSpeed(40)
                                .withLimit(Duration.ofSeconds(60)));
        assertThat(again.findings().broken()).isEmpty();
        assertThat(again.allActivated()).as(again.toString()).isTrue();
        assertThat(again.counts().codesEntered()).isZero();
    }

    @Test
    void oldFirmwareWithAMistypedAddressKeepsAsking() throws Exception {
        serve();
        FleetReport report =
                Fleet.run(
                        FleetOptions.of(base() + "/v1/otaa/", 10)
                                .withMix(Mix.parse("v1.6=1,v1.5=1,wifi=1"))
                                .withSpeed(100_000)
                                .withLimit(Duration.ofSeconds(60)));
        assertThat(report.findings().broken()).isEmpty();
        assertThat(report.states().failed()).as(report.toString()).isEqualTo(10);
        assertThat(report.counts().requests()).isEqualTo(100);
    }

    @Test
    void theStartPrintsALinkWithTheSetupCodeUntilThereIsAUser() throws Exception {
        String said = serve(Map.of("SLIPWAY_ACCOUNT_SETUP_CODE", "")).getLast();
        Matcher link = LINK.matcher(said);
        assertThat(link.find()).as(said).isTrue();
        String code = link.group(1);
        var me = new HashMap<>(Map.of("username", "me", "password", "a long password"));
        assertThat(post("/xiaozhi/user/register", me).path("code").asInt()).isEqualTo(403);
        me.put("setupCode", code);
        assertThat(post("/xiaozhi/user/register", me).path("code").asInt(-1)).isZero();
        processes.getFirst().destroyForcibly().waitFor();
        assertThat(serve()).noneMatch(line -> line.contains("setup-code"));
    }

    @Test
    void aSetupCodeOfOnesOwnIsNotPrintedAndThePublicUrlIsUsed() throws Exception {
        String said = serve(Map.of("SLIPWAY_PUBLIC_URL", "https://voice.example")).getLast();
        assertThat(said).contains(" https://voice.example/sign-up").doesNotContain(SETUP_CODE);
    }

    @Test
    void aTrainingRunLeavesNothingBehind() throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        // A setting that would prevent a start: a training run ignores it.
        Files.writeString(folder.resolve("slipway.properties"), "http.prot=1\n");
        var options = Map.of("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        String said = output(run(options, "train"));
        assertThat(processes.getLast().exitValue()).as(said).isZero();
        try (var left = Files.list(temporary)) {
            assertThat(left.filter(Files::isDirectory)).isEmpty();
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    /** Everything that is logged from the first user to a talking device, at the lowest level. */
    @Test
    void whatIsLoggedChangesWhileItRunsAndContainsNoSecret() throws Exception {
        Path settings = folder.resolve("slipway.properties");
        Files.writeString(settings, "log.level=warn\n");
        Path log = folder.resolve("log");
        String pad = "-only-in-this-test";
        var secrets =
                new ArrayList<>(List.of("correct horse" + pad, "code" + pad, "provider" + pad));
        var environment =
                Map.of(
                        "SLIPWAY_ACCOUNT_SETUP_CODE",
                        secrets.get(1),
                        "SLIPWAY_PUBLIC_URL",
                        base(),
                        "SLIPWAY_ACCOUNT_OIDC_ISSUER",
                        "http://127.0.0.1:1/realm",
                        "SLIPWAY_ACCOUNT_OIDC_CLIENT_ID",
                        "slipway",
                        "SLIPWAY_ACCOUNT_OIDC_CLIENT_SECRET",
                        secrets.get(2));
        Process server = serve(environment, log);
        assertThat(Files.readString(log)).doesNotContain(" FINE ");
        Files.writeString(settings, "log.level=loud\n");
        hangUp(server);
        await(log, "settings stay as they were: log.level=loud");
        Files.writeString(
                settings, "log.level=trace\n" + "log.format=json\nhttp.idle-timeout=70 s\n");
        hangUp(server);
        await(log, "read again: log.format, log.level; from the next start: http.idle-timeout");

        try (var owner =
                Console.open(
                        base(), new Console.Login("owner", secrets.get(0), true, secrets.get(1)))) {
            FleetOptions options =
                    FleetOptions.of(base() + "/v1/ota/", 5)
                            .withSpeed(40)
                            .withMix(Mix.parse("wifi=3,serial=2"))
                            .withLimit(Duration.ofSeconds(60))
                            .withOwner(owner);
            assertThat(Fleet.run(options).findings().broken()).isEmpty();
        }
        var login = Map.of("username", "owner", "password", secrets.get(0));
        String token = post("/xiaozhi/user/login", login).at("/data/token").asText();
        assertThat(token).hasSizeGreaterThan(20);
        secrets.add(token);
        // Fails for want of a provider, with a state in the address.
        get("/v1/provider/start?next=/");
        get("/v1/provider/callback?state=state" + pad + "&code=answer" + pad);
        secrets.addAll(List.of("state" + pad, "answer" + pad));
        secrets.add(Files.readString(folder.resolve("data/secret.key")).strip());
        Files.writeString(settings, "log.level=info\n");
        hangUp(server);
        await(log, "read again: log.format, log.level; from the next start: none");

        List<String> lines = Files.readAllLines(log);
        List<JsonNode> objects =
                lines.stream().filter(line -> line.startsWith("{")).map(Json::read).toList();
        assertThat(objects).isNotEmpty().allMatch(each -> each.has("message"));
        assertThat(objects).anyMatch(each -> each.path("request").asText().length() == 8);
        for (String secret : secrets) {
            assertThat(lines).as(secret).noneMatch(line -> line.contains(secret));
        }
    }

    private void get(String path) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(base() + path))
                        .timeout(Duration.ofSeconds(20))
                        .build();
        try (var client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .isLessThan(504);
        }
    }

    private Process serve(Map<String, String> environment, Path log) throws Exception {
        Process process = run(environment, ProcessBuilder.Redirect.to(log.toFile()), "run");
        await(log, "First user");
        return process;
    }

    private static void hangUp(Process process) throws Exception {
        var kill = new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static void await(Path log, String text) throws Exception {
        for (int i = 0; i < 600; i++) {
            if (Files.readString(log).contains(text)) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError(text + " is not in: " + Files.readString(log));
    }

    @Test
    void aSecondProcessOnTheSameFolderIsRefused() throws Exception {
        serve();
        String said = output(run(Map.of("SLIPWAY_HTTP_PORT", "0"), "run"));
        assertThat(said)
                .contains("another Slipway process")
                .contains("already uses the data folder");
        assertThat(processes.getLast().exitValue()).isEqualTo(1);
    }

    @Test
    void badSettingsStopTheStartWithAllOfThem() throws Exception {
        Files.writeString(folder.resolve("slipway.properties"), "http.prot=1\nota.strict=maybe\n");
        String said = output(run(Map.of(), "run"));
        assertThat(said).contains("http.prot").contains("ota.strict=maybe");
        assertThat(processes.getLast().exitValue()).isEqualTo(2);
    }

    @Test
    void sigtermDrainsAndAPortInUseIsReported() throws Exception {
        serve();
        Path other = Files.createDirectories(folder.resolve("other"));
        String said = output(run(Map.of("SLIPWAY_DATA_DIR", other.toString()), "run"));
        assertThat(said)
                .contains("slipway:", "another program listens on", ":" + port, "http.port");
        Process server = processes.getFirst();
        server.destroy();
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
        // 143 = 128 + SIGTERM, which is what supervisors expect from a process that obeyed.
        assertThat(server.exitValue()).isIn(0, 143);
        assertThat(serve()).isNotEmpty();
    }

    @Test
    void somebodyLockedOutGetsANewPassword() throws Exception {
        serve();
        Map<String, String> login =
                new HashMap<>(
                        Map.of(
                                "username",
                                "me",
                                "password",
                                "forgotten it",
                                "setupCode",
                                SETUP_CODE));
        assertThat(post("/xiaozhi/user/register", login).path("code").asInt(-1)).isZero();
        String said = output(run(Map.of(), "reset-password", "me"));
        String password = said.strip().substring(said.strip().lastIndexOf(' ') + 1);
        assertThat(post("/xiaozhi/user/login", login).path("code").asInt()).isEqualTo(401);
        login.put("password", password);
        assertThat(post("/xiaozhi/user/login", login).at("/data/token").asText()).isNotEmpty();
        assertThat(output(run(Map.of(), "reset-password", "nobody")))
                .contains("nobody", "Administrators: me");
        assertThat(processes.getLast().exitValue()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void theTourOfTheReadmeWorksAsTyped(String file) throws Exception {
        serve();
        Path root = Path.of("").toAbsolutePath().getParent();
        String readme = Files.readString(root.resolve(file));
        String tour =
                readme.substring(readme.indexOf("<!-- tour -->"), readme.indexOf("<!-- /tour -->"));
        String script = tour.substring(tour.indexOf("```sh\n") + 6, tour.lastIndexOf("```"));
        var builder =
                new ProcessBuilder(
                        "bash", "-eu", "-c", script.replace("http://localhost:8080", base()));
        builder.directory(root.toFile()).redirectErrorStream(true);
        Process played = builder.start();
        String said = output(played);
        assertThat(played.exitValue()).as(said).isZero();
        List<String> lines = said.lines().toList();
        assertThat(lines.stream().filter(line -> line.contains("server_time"))).hasSize(2);
        assertThat(said).contains("\n202\n").contains("\n200\n");
        assertThat(lines.getLast()).contains("\"macAddress\":\"d4:06:06:b6:a9:fa\"");
        assertThat(lines.stream().filter(line -> line.contains("\"activation\""))).hasSize(1);
    }

    private JsonNode post(String path, Object body) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(base() + path))
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body)))
                        .build();
        try (var client = HttpClient.newHttpClient()) {
            return Json.read(client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
        }
    }
}
