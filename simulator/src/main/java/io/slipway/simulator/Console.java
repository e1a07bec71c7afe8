package io.slipway.simulator;

import io.slipway.simulator.fleet.Owner;
import io.slipway.simulator.strict.CJson;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An account of the console, with its own agent to bind devices to. */
public final class Console implements Owner, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int UNAUTHORIZED = 401;

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .build();
    private final String origin;
    private String token = "";
    private String agent = "";

    private Console(String origin) {
        this.origin = origin;
    }

    /**
     * @param register whether to create the account if it can't log in
     * @param setupCode printed by a new server at its start, {@code ""} for none
     */
    public record Login(String user, String password, boolean register, String setupCode) {

        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }

    /**
     * Logs in and creates an agent.
     *
     * @param origin {@code http://host:port}
     * @throws IOException with the server's message
     */
    public static Console open(String origin, Login login) throws IOException {
        var console = new Console(origin);
        try {
            console.logIn(login);
            CJson made =
                    console.post(
                                    "/xiaozhi/agent",
                                    object("agentName", "simulator", "assistantName", "小智"))
                            .expect("creating an agent");
            if (!(made instanceof CJson.JsonText(String id)) || !id.matches("[0-9A-Za-z_-]+")) {
                throw new IOException("creating an agent: no id in data");
            }
            console.agent = id;
            return console;
        } catch (IOException | RuntimeException e) {
            console.close();
            throw e;
        }
    }

    private void logIn(Login login) throws IOException {
        String credentials = object("username", login.user(), "password", login.password());
        Envelope answer = post("/xiaozhi/user/login", credentials);
        if (answer.code == UNAUTHORIZED && login.register()) {
            post(
                            "/xiaozhi/user/register",
                            object(
                                    "username",
                                    login.user(),
                                    "password",
                                    login.password(),
                                    "setupCode",
                                    login.setupCode()))
                    .expect("registering");
            answer = post("/xiaozhi/user/login", credentials);
        }
        if (!(answer.expect("logging in") instanceof CJson.Fields data)
                || !(data.get("token") instanceof CJson.JsonText(String given))) {
            throw new IOException("logging in: no token in data");
        }
        token = given;
    }

    @Override
    public void enter(String mac, String code) throws IOException {
        post("/xiaozhi/device/bind/" + agent + "/" + code, "{}").expect("binding");
    }

    private static String object(String... pairs) {
        var out = new StringBuilder("{");
        for (int i = 0; i < pairs.length; i += 2) {
            out.append(i == 0 ? "" : ",")
                    .append(CJson.quote(pairs[i]))
                    .append(':')
                    .append(CJson.quote(pairs[i + 1]));
        }
        return out.append('}').toString();
    }

    private Envelope post(String path, String body) throws IOException {
        var request =
                HttpRequest.newBuilder(URI.create(origin + path))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return Envelope.read(answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }

    /** {@code {code,msg,data}}, code 0 for success. */
    private record Envelope(int code, String message, @Nullable CJson data) {

        static Envelope read(int status, String body) {
            try {
                if (CJson.parse(body) instanceof CJson.Fields fields) {
                    Double code = fields.number("code");
                    String message = fields.text("msg");
                    return new Envelope(
                            code == null ? status : code.intValue(),
                            message == null ? "no message" : message,
                            fields.get("data"));
                }
            } catch (IllegalArgumentException e) {
                // A page of some other server.
            }
            return new Envelope(status, "no JSON envelope", null);
        }

        @Nullable CJson expect(String what) throws IOException {
            if (code != 0) {
                throw new IOException(what + ": " + code + " " + message);
            }
            return data;
        }
    }
}
