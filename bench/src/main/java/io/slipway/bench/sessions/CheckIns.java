package io.slipway.bench.sessions;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bench.BenchFailure;
import io.slipway.bench.Fleet;
import io.slipway.protocol.Mac;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Gets devices' tokens the way devices do: by checking in. */
final class CheckIns {

    private static final int AT_ONCE = 32;

    private final Fleet fleet;
    private final URI url;
    private final ObjectMapper json = new ObjectMapper();

    CheckIns(Fleet fleet, int port) {
        this.fleet = fleet;
        this.url = URI.create("http://127.0.0.1:" + port + "/v1/ota/");
    }

    /** The tokens of the first devices of the fleet, which must be bound. */
    String[] tokens(int count) {
        var tokens = new String[count];
        var next = new AtomicInteger();
        var failure = new AtomicReference<String>();
        try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < AT_ONCE; i++) {
                threads.execute(() -> {
                    int index;
                    while (failure.get() == null && (index = next.getAndIncrement()) < count) {
                        try {
                            tokens[index] = token(client, index);
                        } catch (IOException | BenchFailure e) {
                            failure.compareAndSet(null, e.getMessage());
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                });
            }
        }
        if (failure.get() != null) {
            throw new BenchFailure("a check-in failed: " + failure.get());
        }
        return tokens;
    }

    private String token(HttpClient client, int index) throws IOException, InterruptedException {
        Mac mac = Fleet.mac(index);
        var request =
                HttpRequest.newBuilder(url)
                        .header("Accept-Language", Fleet.LANGUAGE)
                        .header("Activation-Version", "1")
                        .header("Client-Id", Fleet.clientId(mac).value())
                        .header("Content-Type", "application/json")
                        .header("Device-Id", mac.toString())
                        .header("User-Agent", Fleet.USER_AGENT)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(fleet.body(mac)))
                        .build();
        var answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        var tree = json.readTree(answer.body());
        String token = tree.at("/websocket/token").asText();
        if (answer.statusCode() != 200 || tree.has("activation") || token.isEmpty()) {
            throw new BenchFailure("HTTP " + answer.statusCode() + " " + tree);
        }
        return token;
    }
}
