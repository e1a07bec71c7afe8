package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.account.TestAccounts;
import io.slipway.http.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A person with an account and an agent, who uses the console API. */
public final class Person {

    public final TestServer server;
    public final String token;
    public final String agentId;

    private Person(TestServer server, String token, String agentId) {
        this.server = server;
        this.token = token;
        this.agentId = agentId;
    }

    /** A new account, created directly; the tests of accounts use the API. */
    public static Person register(TestServer server, String name) {
        var base = server.main.base();
        return withAgent(
                server,
                TestAccounts.registered(base.database(), base.clock(), name, password(name)));
    }

    public static Person login(TestServer server, String name) {
        String login = "{\"username\":\"" + name + "\",\"password\":\"" + password(name) + "\"}";
        String token =
                call(server, "POST", "/xiaozhi/user/login", login).at("/data/token").asText();
        assertThat(token).isNotEmpty();
        return withAgent(server, token);
    }

    public static String password(String name) {
        return "correct horse " + name;
    }

    private static Person withAgent(TestServer server, String token) {
        var person = new Person(server, token, "");
        String agent =
                person.ok(
                                "POST",
                                "/xiaozhi/agent",
                                "{\"agentName\":\"客厅\",\"assistantName\":\"小智\"}")
                        .asText();
        return new Person(server, token, agent);
    }

    /** The same person after a new login: a token lasts 12 hours. */
    public Person again(String name) {
        return new Person(server, login(server, name).token, agentId);
    }

    /** The same person with the same token at another node. */
    public Person at(TestServer other) {
        return new Person(other, token, agentId);
    }

    private static JsonNode call(TestServer server, String method, String path, String body) {
        var response = server.call(method, path, body.getBytes(StandardCharsets.UTF_8));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    public HttpResponse<String> raw(String method, String path, String body) {
        return server.call(
                method,
                path,
                body.getBytes(StandardCharsets.UTF_8),
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/json");
    }

    /** The {@code data} of an answer that must succeed. */
    public JsonNode ok(String method, String path, String body) {
        var response = raw(method, path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode json = json(response);
        assertThat(json.path("code").asInt(-1)).as(response.body()).isZero();
        return json.path("data");
    }

    /** An answer that must fail with {@code code}. */
    public JsonNode fails(int code, String method, String path, String body) {
        var response = raw(method, path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(code);
        JsonNode json = json(response);
        assertThat(json.path("code").asInt()).as(response.body()).isEqualTo(code);
        assertThat(json.path("msg").asText()).isNotBlank();
        return json;
    }

    public void bind(String code) {
        ok("POST", "/xiaozhi/device/bind/" + agentId + "/" + code, "");
    }

    public void unbind(TestDevice device) {
        ok("POST", "/xiaozhi/device/unbind", "{\"deviceId\":\"" + device.mac() + "\"}");
    }

    /** A device as in the device list. */
    public JsonNode device(TestDevice device) {
        return ok("GET", "/v1/devices/" + device.mac(), "");
    }

    public static JsonNode json(HttpResponse<String> response) {
        return Json.read(response.body().getBytes(StandardCharsets.UTF_8));
    }
}
