package io.slipway;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cluster.ClusterClock;
import io.slipway.http.Json;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A node's start and first requests, on an empty data folder that is deleted afterwards: the JVM
 * records it in an ahead-of-time cache, so that later starts find their classes loaded, linked and
 * profiled (JEP 483, 514, 515). Affects nothing that is in use.
 */
final class TrainingRun {

    /** Enough for the JVM to learn where a check-in spends its time. */
    private static final int CHECK_INS = 3_000;

    private static final int TIMEOUT_MS = 30_000;

    // The body of real firmware; which board does not matter.
    private static final String BODY =
            """
            {"version":2,"language":"zh-CN","flash_size":16777216,\
            "minimum_free_heap_size":"8318916","mac_address":"02:00:00:00:00:01",\
            "uuid":"7b94d69a-9808-4c59-9c9b-704333b38aff","chip_model_name":"esp32s3",\
            "chip_info":{"model":9,"cores":2,"revision":2,"features":18},\
            "application":{"name":"xiaozhi","version":"2.4.2",\
            "compile_time":"Aug  6 2026T12:34:56Z","idf_version":"v6.0.1","elf_sha256":"00"},\
            "partition_table":[{"label":"ota_0","type":0,"subtype":16,"address":131072,\
            "size":4128768},{"label":"ota_1","type":0,"subtype":17,"address":4259840,\
            "size":4128768}],"ota":{"label":"ota_0"},"board":{"type":"bread-compact-wifi",\
            "name":"bread-compact-wifi","ssid":"x","rssi":-48,"channel":6,"ip":"192.168.1.23",\
            "mac":"02:00:00:00:00:01"}}\
            """;

    private static final List<String> DEVICE =
            List.of(
                    "Device-Id: 02:00:00:00:00:01",
                    "Client-Id: 7b94d69a-9808-4c59-9c9b-704333b38aff",
                    "Activation-Version: 1",
                    "Accept-Language: zh-CN",
                    "User-Agent: bread-compact-wifi/2.4.2",
                    "Content-Type: application/json");

    private static final String SETUP_CODE = "training-run";

    private TrainingRun() {}

    static void run(InstantSource clock) {
        try {
            Path folder = Files.createTempDirectory("slipway-training");
            try {
                run(clock, folder);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Config.InvalidSettings e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(InstantSource clock, Path folder)
            throws IOException, Config.InvalidSettings {
        var properties = new Properties();
        properties.setProperty("data.dir", folder.toString());
        properties.setProperty("http.host", "127.0.0.1");
        properties.setProperty("http.port", "0");
        properties.setProperty("account.captcha", "off");
        properties.setProperty("account.setup-code", SETUP_CODE);
        properties.setProperty("shutdown.grace", "1 s");
        try (RunningNode node =
                        Main.start(
                                new CurrentConfig(() -> properties, Map.of()),
                                ClusterClock.TimeSource.of(clock));
                var line = new PlainConnection(node.port())) {
            line.call("GET", "/", "", List.of());
            String login = "{\"username\":\"training\",\"password\":\"a long password\"}";
            String registration = login.replace("{", "{\"setupCode\":\"" + SETUP_CODE + "\",");
            line.call("POST", "/xiaozhi/user/register", registration, List.of());
            String token =
                    line.json("POST", "/xiaozhi/user/login", login, List.of())
                            .at("/data/token")
                            .asText();
            List<String> owner = List.of("Authorization: Bearer " + token);
            String agent = "{\"agentName\":\"a\",\"assistantName\":\"b\"}";
            String agentId =
                    line.json("POST", "/xiaozhi/agent", agent, owner).path("data").asText();
            JsonNode checkIn = line.json("POST", "/v1/ota/", BODY, DEVICE);
            line.call("POST", "/v1/ota/activate", "{}", DEVICE);
            String code = checkIn.at("/activation/code").asText();
            line.call("POST", "/xiaozhi/device/bind/" + agentId + "/" + code, "", owner);
            line.call("POST", "/v1/ota/activate", "{}", DEVICE);
            for (int i = 0; i < CHECK_INS; i++) {
                line.call("POST", "/v1/ota/", BODY, DEVICE);
            }
            line.call("GET", "/v1/devices", "", owner);
            line.call("GET", "/v1/overview", "", owner);
            node.housekeep();
        }
    }

    /** A plain connection to the node, so that no HTTP client gets into the cache. */
    private static final class PlainConnection implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final OutputStream out;
        private final String host;

        PlainConnection(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = socket.getOutputStream();
            host = "127.0.0.1:" + port;
        }

        JsonNode json(String method, String path, String body, List<String> headers)
                throws IOException {
            return Json.read(call(method, path, body, headers));
        }

        byte[] call(String method, String path, String body, List<String> headers)
                throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + host);
            headers.forEach(header -> head.append("\r\n").append(header));
            head.append("\r\nContent-Length: ").append(bytes.length).append("\r\n\r\n");
            out.write((head + body).getBytes(StandardCharsets.UTF_8));
            out.flush();
            int length = 0;
            String line;
            while (!(line = readLine()).isEmpty()) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            return in.readNBytes(length);
        }

        private String readLine() throws IOException {
            var line = new StringBuilder();
            int c;
            while ((c = in.readUnsignedByte()) != '\n') {
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
