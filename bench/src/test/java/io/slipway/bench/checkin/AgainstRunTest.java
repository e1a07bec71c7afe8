package io.slipway.bench.checkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.bench.Fleet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Run against a small server that is not Slipway. */
class AgainstRunTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    @TempDir private Path folder;

    private final Set<String> called = ConcurrentHashMap.newKeySet();
    private final Set<String> devices = ConcurrentHashMap.newKeySet();
    private HttpServer server;
    private String answer = "{\"server_time\":{\"timestamp\":1},\"firmware\":{\"version\":\"1\"}}";
    private String said = "";

    @BeforeEach
    void start() throws IOException {
        assumeThatCode(() -> Wrk.find(true, folder, folder, 2, System.out))
                .doesNotThrowAnyException();
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            called.add(path);
            devices.add(exchange.getRequestHeaders().getFirst("Device-Id"));
            boolean poll = path.endsWith("/activate");
            byte[] body = (poll ? "waiting" : answer).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(poll ? 202 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private boolean run(String... more) throws IOException {
        var args = new java.util.ArrayList<String>();
        args.add("--against=http://127.0.0.1:" + server.getAddress().getPort());
        args.addAll(java.util.List.of("--seconds=1", "--warmup=0", "--runs=1", "--connections=2"));
        args.add("--pending=3");
        args.add("--json=" + folder.resolve("figures.json"));
        args.addAll(java.util.List.of(more));
        var text = new ByteArrayOutputStream();
        var out = new PrintStream(text, true, StandardCharsets.UTF_8);
        boolean right =
                new AgainstRun(
                                CheckinArguments.arguments().read(args.toArray(String[]::new)),
                                HOME,
                                folder,
                                out)
                        .run();
        said = text.toString(StandardCharsets.UTF_8);
        return right;
    }

    @Test
    void newDevicesAndPollsNeedNothingThere() throws IOException {
        assertThat(run()).as(said).isTrue();
        assertThat(said)
                .containsPattern("(?m)^named +new +[0-9,]+ ")
                .containsPattern("(?m)^named +activate +[0-9,]+ ");
        assertThat(called).containsExactlyInAnyOrder("/xiaozhi/ota/", "/xiaozhi/ota/activate");
        assertThat(devices).hasSizeGreaterThan(3).contains(Fleet.mac(Fleet.PENDING).toString());
    }

    @Test
    void boundDevicesAreNamedByTheirOwners() throws IOException {
        Path macs = folder.resolve("macs");
        Files.writeString(macs, "02:00:00:00:00:01 7b94d69a-9808-4c59-9c9b-704333b38aff\n");
        String pid = "--pid=" + ProcessHandle.current().pid();
        assertThat(run("--macs=" + macs, "--phases=bound", pid)).as(said).isTrue();
        assertThat(devices).containsExactly("02:00:00:00:00:01");
        answer = "{\"firmware\":{},\"activation\":{\"code\":\"123456\"}}";
        assertThat(run("--macs=" + macs, "--phases=bound")).isFalse();
        assertThat(said).contains("such as: 200 {\"firmware\"");
    }

    @Test
    void anErrorIsNeverRight() throws IOException {
        answer = "{\"error\":\"busy\",\"server_time\":{}}";
        assertThat(run("--phases=new")).isFalse();
        answer = "<html>";
        assertThat(run("--phases=new")).isFalse();
        assertThat(said).contains("WRONG: ").contains("such as: 200 <html>");
    }
}
