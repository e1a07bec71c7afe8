package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.TestServer;
import io.slipway.http.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A client of the API that checks each answer against its document. */
final class Client {

    /** The statuses each operation has answered, by operationId. */
    static final class Seen {
        final FieldOrder fields = new FieldOrder();
        private final Map<String, Set<Integer>> statuses = new TreeMap<>();

        void add(String id, int status) {
            statuses.computeIfAbsent(id, first -> new TreeSet<>()).add(status);
        }

        Set<Integer> of(String id) {
            return statuses.getOrDefault(id, Set.of());
        }
    }

    final TestServer server;
    private final Contract contract;
    private final Seen seen;
    private final List<String> headers;

    Client(TestServer server, Contract contract, Seen seen, String... headers) {
        this.server = server;
        this.contract = contract;
        this.seen = seen;
        this.headers = List.of(headers);
    }

    /** The same with other headers: name, value, name, value… */
    Client with(String... others) {
        return new Client(server, contract, seen, others);
    }

    /** Registers and logs in. */
    Client registered(String name) {
        String registration =
                credentials(name).replace("{", "{\"setupCode\":\"" + TestServer.SETUP_CODE + "\",");
        with().ok("POST", "/xiaozhi/user/register", registration);
        return login(name);
    }

    static String credentials(String name) {
        return "{\"username\":\"%s\",\"password\":\"correct horse %s\"}".formatted(name, name);
    }

    Client login(String name) {
        String login = credentials(name);
        JsonNode data = with().ok("POST", "/xiaozhi/user/login", login);
        return with("Authorization", "Bearer " + data.path("token").asText());
    }

    String agent(String name) {
        String body = "{\"agentName\":\"%s\",\"assistantName\":\"小智\"}".formatted(name);
        return ok("POST", "/xiaozhi/agent", body).asText();
    }

    /** The {@code data} of an answer that must succeed. */
    JsonNode ok(String method, String path, String body) {
        return Json.read(calls(200, method, path, body).body().getBytes(StandardCharsets.UTF_8))
                .path("data");
    }

    JsonNode get(String path) {
        return ok("GET", path, "");
    }

    /** An answer that must have this status. */
    HttpResponse<String> calls(int status, String method, String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return sends(status, method, path, bytes, "application/json");
    }

    HttpResponse<String> sends(
            int status, String method, String path, byte[] body, String contentType) {
        var all = new ArrayList<>(headers);
        if (body.length > 0) {
            all.addAll(List.of("Content-Type", contentType));
        }
        var response = server.call(method, path, body, all.toArray(new String[0]));
        String what = method + " " + path;
        assertThat(response.statusCode()).as(what + ": " + response.body()).isEqualTo(status);
        check(what, method, path, contentType, body, response);
        return response;
    }

    private void check(
            String what,
            String method,
            String path,
            String contentType,
            byte[] body,
            HttpResponse<String> response) {
        String bare = path.contains("?") ? path.substring(0, path.indexOf('?')) : path;
        var operation = contract.find(method, bare).orElseThrow(() -> new AssertionError(what));
        JsonNode documented = contract.response(operation, response.statusCode());
        seen.add(operation.id(), response.statusCode());
        if (response.statusCode() < 300) {
            query(operation, path);
            request(operation, what, contentType, body);
        }
        String type = response.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
        if (documented.has("content")) {
            JsonNode content = documented.path("content").path(type);
            assertThat(content.isMissingNode()).as(what + " answers " + type).isFalse();
            if (type.equals("application/json")) {
                byte[] answer = response.body().getBytes(StandardCharsets.UTF_8);
                contract.holds(what, content, answer);
                if (response.statusCode() < 300) {
                    seen.fields.add(operation.id(), Json.read(answer));
                }
            }
        } else {
            assertThat(response.body()).as(what).isEmpty();
        }
    }

    private void query(Contract.Operation operation, String path) {
        if (path.contains("?")) {
            List<String> known = contract.parameters(operation, "query");
            for (String pair : path.substring(path.indexOf('?') + 1).split("&", -1)) {
                assertThat(known).as(operation.id()).contains(pair.split("=", 2)[0]);
            }
        }
    }

    // Anything the server accepted must be allowed by the document.
    private void request(
            Contract.Operation operation, String what, String contentType, byte[] body) {
        if (body.length == 0) {
            return;
        }
        JsonNode taken = operation.node().path("requestBody").path("content");
        assertThat(taken.isMissingNode()).as(what + " has no documented body").isFalse();
        if (contentType.equals("application/json")) {
            contract.holds(what + " is sent", taken.path(contentType), body);
        } else {
            assertThat(taken.has(contentType.split(";", 2)[0])).as(contentType).isTrue();
        }
    }
}
