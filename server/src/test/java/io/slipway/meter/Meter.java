package io.slipway.meter;

import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.http.Json;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * A server with one device at a time, in a separate JVM: prints the cost of each kind of call, one
 * figure per line. Argument: an empty folder. Its JVM options are {@link MeterTest}'s.
 */
public final class Meter {

    /** Begins each line that is a figure. */
    static final String SIGN = "METER ";

    private static final int BOUND = 250;
    private static final int NEW_BATCH = 100;
    private static final int FRAME_BATCH = 500;

    /** Devices from here on are new. */
    private static final int NEW = 1 << 20;

    /** About 60 ms of speech. */
    private static final int FRAME_BYTES = 160;

    private final TestServer server;
    private final Requests requests;
    private final Peer device;

    private Meter(TestServer server) throws IOException {
        this.server = server;
        this.requests = new Requests(server.port());
        this.device = connect();
    }

    public static void main(String[] arguments) throws IOException {
        try (var server =
                TestServer.start(
                        TestEngine.SQLITE,
                        Path.of(arguments[0]),
                        "session.private-backends",
                        "on",
                        // All devices share one address here.
                        "activation.codes-at-once",
                        "50000")) {
            new Meter(server).run();
        }
    }

    private void run() throws IOException {
        Person owner = Person.register(server, "owner");
        for (int i = 0; i < BOUND; i++) {
            owner.bind(Json.read(checkIn(i)).at("/activation/code").asText());
        }
        server.stopHousekeeping();
        var costs = new Costs(server, Thread.currentThread());

        byte[][] bound = new byte[BOUND][];
        for (int i = 0; i < BOUND; i++) {
            bound[i] = requests.checkIn(i);
        }
        var checkIn = costs.of(index -> ask(bound[index % BOUND], 200), BOUND);
        print("bound check-in", checkIn.call());
        print("bound check-in, behind it", checkIn.behind());

        print("new device", costs.of(i -> ask(requests.checkIn(NEW + i), 200), NEW_BATCH).call());

        // Those that have just got a code.
        byte[][] waiting = new byte[NEW_BATCH][];
        for (int i = 0; i < NEW_BATCH; i++) {
            waiting[i] = requests.poll(NEW + i);
        }
        print(
                "activate poll",
                costs.of(index -> ask(waiting[index % NEW_BATCH], 202), 2 * NEW_BATCH).call());

        byte[] frame = new byte[FRAME_BYTES];
        new Random(11).nextBytes(frame);
        try (var backend = new EchoBackend(frame);
                Peer talking = talk(owner, backend)) {
            var both = new Costs(server, Thread.currentThread(), backend.thread);
            byte[] said = Peer.message(Peer.BINARY, frame, true);
            print("relayed frame", both.of(i -> echo(talking, said, frame), FRAME_BATCH).call());
        }
        device.close();
    }

    private static void print(String what, Costs.Cost cost) {
        System.out.printf(
                Locale.ROOT,
                "%s%s, bytes = %.0f%n%s%s, statements = %.2f%n",
                SIGN,
                what,
                cost.bytes(),
                SIGN,
                what,
                cost.statements());
    }

    private Peer connect() throws IOException {
        return new Peer(new Socket("127.0.0.1", server.port()), false);
    }

    private byte[] checkIn(int index) throws IOException {
        ask(requests.checkIn(index), 200);
        String answer = device.text();
        return answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.UTF_8);
    }

    private void ask(byte[] request, int wanted) throws IOException {
        device.send(request);
        int status = device.answer();
        if (status != wanted) {
            throw new IOException(status + ", not " + wanted + ": " + device.text());
        }
    }

    private Peer talk(Person owner, EchoBackend backend) throws IOException {
        owner.ok(
                "PUT",
                "/xiaozhi/agent/" + owner.agentId,
                "{\"backend\":{\"type\":\"relay\",\"url\":\"" + backend.url() + "\"}}");
        String token = Json.read(checkIn(0)).at("/websocket/token").asText();
        Peer talking = connect();
        talking.send(requests.session(0, token));
        String answer = talking.handshake();
        if (!answer.startsWith("HTTP/1.1 101")) {
            throw new IOException(answer);
        }
        say(
                talking,
                "{\"type\":\"hello\",\"version\":1,\"features\":{\"mcp\":true},"
                        + "\"transport\":\"websocket\",\"audio_params\":{\"format\":\"opus\","
                        + "\"sample_rate\":16000,\"channels\":1,\"frame_duration\":60}}");
        while (talking.message() != Peer.TEXT || !talking.text().contains("\"hello\"")) {
            // Messages before the hello.
        }
        say(talking, "{\"type\":\"listen\",\"state\":\"start\",\"mode\":\"auto\"}");
        return talking;
    }

    private static void say(Peer device, String text) throws IOException {
        device.send(Peer.message(Peer.TEXT, text.getBytes(StandardCharsets.UTF_8), true));
    }

    private static void echo(Peer talking, byte[] said, byte[] frame) throws IOException {
        talking.send(said);
        while (talking.message() != Peer.BINARY) {
            // Texts from the server itself.
        }
        if (!talking.heard(frame)) {
            throw new IOException("another frame came back");
        }
    }
}
