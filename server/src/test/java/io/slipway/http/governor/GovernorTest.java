package io.slipway.http.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.TestClock;
import io.slipway.http.HttpConfig;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.http.RawClient;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.TestLimits;
import io.slipway.http.device.DeviceRoute;
import io.slipway.http.device.DeviceRoute.AnswerLater;
import io.slipway.http.device.DeviceRoute.AnswerNow;
import io.slipway.http.edge.Edge;
import io.slipway.http.edge.PackedBodies;
import io.slipway.http.file.TransferTimeouts;
import io.slipway.http.governor.EdgeLimits.ConnectionLimits;
import io.slipway.http.governor.EdgeLimits.MemoryLimits;
import io.slipway.protocol.ota.Reply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients may use at once, and how long, with real connections. */
class GovernorTest {

    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final EdgeLimits HERE = TestLimits.hurry(IDLE, Duration.ofSeconds(1));
    private static final String OTA =
            "POST /ota HTTP/1.1\r\nHost: h\r\nDevice-Id: d\r\nContent-Length: 2\r\n";
    private static final String CLOSE = OTA + "Connection: close\r\n\r\n{}";
    private static final String KEEP = OTA + "\r\n{}";
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: h\r\nDevice-Id: d\r\n\r\n";

    private final List<RawClient> clients = new ArrayList<>();
    // Whether the account held a place whenever a packed body was counted.
    private final List<Boolean> counted = new CopyOnWriteArrayList<>();

    /** What slow handlers wait for. */
    private final Semaphore slow = new Semaphore(0);

    private Edge edge;
    private int port;

    private void start(EdgeLimits limits) {
        var config = new HttpConfig("127.0.0.1", 0, List.of(), "", IDLE, 0, 65_536);
        edge = new Edge(config, new TestClock(), fault -> null, TransferTimeouts.USUAL, limits);
        edge.device("/ota", new DeviceRoute(request -> answer(request.body().length)));
        edge.device(
                "/slow",
                new DeviceRoute(request ->
                        new AnswerLater(() -> {
                            slow.acquireUninterruptibly();
                            return answer(request.body().length).reply();
                        })));
        edge.authenticateBy(this::account);
        edge.route(
                RouteScope.ALL, "POST", "/people", request -> Response.ok(request.body().length));
        edge.route(
                RouteScope.OPEN,
                "POST",
                "/open",
                request -> Response.ok(request.fields().has("a")));
        // Answers whether another large body of the account would have to wait.
        edge.route(
                RouteScope.ALL,
                "POST",
                "/packed",
                2 * Edge.CONSOLE_BODY,
                new PackedBodies(
                        body -> body[0] == 'x',
                        body -> {
                            counted.add(waits("a"));
                            return body.length * 1_000;
                        }),
                request -> Response.ok(waits(account(request))));
        port = edge.start();
    }

    private boolean waits(String account) {
        var large = edge.governor().large();
        try {
            boolean waits = large.enter(account, 1) == EdgeLimit.ACCOUNT_MEMORY;
            if (!waits) {
                large.leave(account, 1);
            }
            return waits;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String account(Request request) {
        String who = request.header("Authorization");
        if (who == null) {
            throw new Problem(401, "未登录", "Not logged in");
        }
        if (who.equals("later")) {
            slow.acquireUninterruptibly();
        }
        return who;
    }

    private static AnswerNow answer(int bytes) {
        return new AnswerNow(Reply.error(400, "read", bytes + " bytes"));
    }

    private static EdgeLimits with(ConnectionLimits connections) {
        return new EdgeLimits(connections, HERE.memory(), HERE.pace());
    }

    private static EdgeLimits with(MemoryLimits memory) {
        return new EdgeLimits(HERE.connections(), memory, HERE.pace());
    }

    private RawClient client() throws IOException {
        var client = new RawClient(port);
        clients.add(client);
        return client;
    }

    private long counted(EdgeLimit limit) {
        return edge.governor().counted(limit);
    }

    private static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        if (edge != null) {
            await("all connections to be gone", () -> edge.governor().connections() == 0);
            await("all memory to be given back", () -> edge.governor().bodyBytes() == 0);
            edge.close();
        }
    }

    private static String body(RawClient client) throws IOException {
        return new String(client.read(client.head().length()), StandardCharsets.UTF_8);
    }

    /** device-contract R15. */
    @Test
    void theDeviceClosesFirst() throws IOException {
        start(HERE);
        RawClient device = client().send(CLOSE);
        assertThat(device.head().header("Connection")).isEqualTo("close");
        device.read(10);
        device.timeout(1_000);
        assertThatThrownBy(() -> device.read(1_000)).isInstanceOf(SocketTimeoutException.class);
        device.end();
        await("the end", () -> edge.governor().connections() == 0);
        assertThat(counted(EdgeLimit.LINGERING)).isZero();
    }

    @Test
    void aDeviceThatDoesNotCloseIsClosedInTheEnd() throws IOException {
        start(HERE);
        RawClient device = client().send(CLOSE);
        assertThat(body(device)).contains("read");
        // What else it sends is dropped, not answered.
        device.send(KEEP);
        assertThat(device.ended()).isTrue();
    }

    @Test
    void anErrorToADeviceLeavesTheCloseToIt() throws IOException {
        start(HERE);
        RawClient device =
                client().send("POST /ota HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n\r\n");
        assertThat(device.head().status()).isEqualTo(413);
        RawClient bad = client().send("NO SENSE AT ALL\r\n\r\n");
        assertThat(bad.head().status()).isEqualTo(400);
        for (RawClient each : List.of(device, bad)) {
            each.timeout(500);
            assertThatThrownBy(() -> each.read(10_000)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aKeptConnectionServesOneRequestAfterTheOther() throws IOException {
        start(HERE);
        RawClient device = client();
        for (int i = 0; i < 5; i++) {
            assertThat(body(device.send(KEEP))).contains("2 bytes");
        }
        assertThat(body(device.send(CLOSE))).contains("2 bytes");
        assertThat(device.ended()).isTrue();
    }

    @Test
    void ofTooManyThatLingerTheOldestIsClosed() throws IOException {
        int loops = Runtime.getRuntime().availableProcessors();
        start(with(new ConnectionLimits(1_000, 2 * loops)));
        for (int i = 0; i < 40; i++) {
            assertThat(body(client().send(CLOSE))).contains("read");
        }
        assertThat(counted(EdgeLimit.LINGERING)).isPositive();
        await("room", () -> edge.governor().connections() <= loops * 2);
    }

    @Test
    void aHeadThatDripsIsEnded() throws IOException {
        start(HERE);
        RawClient drip = client();
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 600; i++) {
                                drip.send("a");
                                Thread.sleep(50);
                            }
                        })
                .isInstanceOf(IOException.class);
        assertThat(counted(EdgeLimit.SLOW_HEAD)).isOne();
    }

    @Test
    void aBodyThatStopsOrDripsIsEndedInWords() throws IOException {
        start(HERE);
        RawClient stopped =
                client().send("POST /ota HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n{");
        var head = stopped.head();
        assertThat(head.status()).isEqualTo(408);
        assertThat(new String(stopped.read(head.length()), StandardCharsets.UTF_8))
                .contains("slow");
        RawClient drips =
                client().send(
                                "POST /people HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\nContent-Length: 999\r\n\r\n");
        var dripping =
                Thread.startVirtualThread(() -> {
                    try {
                        for (int i = 0; i < 600; i++) {
                            drips.send("a");
                            Thread.sleep(50);
                        }
                    } catch (IOException | InterruptedException ended) {
                        // As expected.
                    }
                });
        assertThat(drips.head().status()).isEqualTo(408);
        dripping.interrupt();
        assertThat(counted(EdgeLimit.SLOW_BODY)).isEqualTo(2);
    }

    @Test
    void idleConnectionsMakeRoom() throws IOException {
        start(with(new ConnectionLimits(40, 10)));
        for (int i = 0; i < 120; i++) {
            client();
        }
        // They have to be idle for two seconds first; meanwhile others wait in the backlog.
        RawClient device = client().send(CLOSE);
        assertThat(body(device)).contains("2 bytes");
        await("room", () -> counted(EdgeLimit.CONNECTIONS) > 0);
        assertThat(counted(EdgeLimit.BACKLOG)).isPositive();
    }

    @Test
    void noMoreMakeRoomThanNecessary() throws IOException {
        int loops = Runtime.getRuntime().availableProcessors();
        start(with(new ConnectionLimits(20 * loops, 10)));
        for (int i = 0; i < 17 * loops; i++) {
            client();
        }
        await("all of them", () -> edge.governor().connections() == 17 * loops);
        await("room", () -> edge.governor().connections() < 16 * loops);
        // From 80 % on, those above; not all that are idle.
        assertThat(counted(EdgeLimit.CONNECTIONS)).isBetween(1L, 4L * loops);
    }

    @Test
    void aRequestInARowIsNotIdleWhileItIsHandled() throws IOException {
        start(TestLimits.hurry(Duration.ofSeconds(1), Duration.ofSeconds(30)));
        RawClient device = client().send(KEEP + SLOW);
        assertThat(body(device)).contains("2 bytes");
        // The second one takes twice as long as an idle connection may stay.
        await("the second request", () -> slow.getQueueLength() > 0);
        assertThatCode(() -> Thread.sleep(2_500)).doesNotThrowAnyException();
        slow.release();
        assertThat(body(device)).contains("0 bytes");
    }

    @Test
    void whoSendsSlowlyDoesNotKeepOutOthers() throws IOException {
        var memory = HERE.memory();
        start(
                with(
                        new MemoryLimits(
                                memory.undecoded(), memory.devices(), 400_000, 900_000, 400_000)));
        String part =
                "POST /people HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\nContent-Length: 30000\r\n\r\n";
        int loops = Runtime.getRuntime().availableProcessors();
        // As many on each loop, all of the memory.
        for (int i = 0; i < 4 * loops; i++) {
            client().send(part.formatted("slow" + i) + "a".repeat(11_000));
        }
        await("memory to be used up", () -> counted(EdgeLimit.MEMORY) > 0);
        for (int i = 0; i < loops; i++) {
            assertThat(client().send(part.formatted("honest") + "a".repeat(30_000)).head().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void whoLeavesBeforeItIsKnownHoldsNothing() throws IOException {
        start(HERE);
        RawClient leaves =
                client().send(
                                "POST /people HTTP/1.1\r\nHost: h\r\nAuthorization: later\r\n"
                                        + "Content-Length: 30000\r\n\r\n"
                                        + "a".repeat(4_000));
        await("the check", () -> slow.getQueueLength() > 0);
        leaves.close();
        await("its end", () -> edge.governor().connections() == 0);
        slow.release();
        // Checked after each test: it holds no memory.
        assertThat(body(client().send(CLOSE))).contains("2 bytes");
    }

    @Test
    void aBodyThatNobodyReadsIsEnded() throws IOException {
        start(HERE);
        RawClient nobody =
                client().send("POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n{");
        assertThat(nobody.head().status()).isEqualTo(404);
        await("its end", () -> edge.governor().connections() == 0);
    }

    @Test
    void unfinishedHeadsHaveALimit() throws IOException {
        var memory = HERE.memory();
        start(
                with(
                        new MemoryLimits(
                                64 * 1024,
                                memory.devices(),
                                memory.console(),
                                memory.address(),
                                memory.account())));
        String part = "GET / HTTP/1.1\r\nA: " + "a".repeat(6_000);
        for (int i = 0; i < 40; i++) {
            client().send(part);
        }
        await("room", () -> counted(EdgeLimit.UNDECODED) > 0);
        assertThat(body(client().send(CLOSE))).contains("2 bytes");
    }

    @Test
    void unfinishedBodiesOfDevicesHaveALimit() throws IOException {
        var memory = HERE.memory();
        start(
                with(
                        new MemoryLimits(
                                memory.undecoded(),
                                64 * 1024,
                                memory.console(),
                                memory.address(),
                                memory.account())));
        String part = "POST /ota HTTP/1.1\r\nHost: h\r\nContent-Length: 9000\r\n\r\n";
        for (int i = 0; i < 40; i++) {
            client().send(part + "a".repeat(6_000));
        }
        int loops = Runtime.getRuntime().availableProcessors();
        int kept = loops * (64 * 1024 / loops / 6_000);
        await("all of them", () -> counted(EdgeLimit.DEVICE_MEMORY) >= 40 - kept);
        // The oldest were ended; the youngest may finish.
        RawClient youngest = client().send(part + "a".repeat(6_000));
        assertThat(body(youngest.send("a".repeat(3_000)))).contains("9000 bytes");
        assertThat(clients.getFirst().head().status()).isEqualTo(503);
    }

    @Test
    void oneAddressCannotUseAllMemory() throws IOException {
        var memory = HERE.memory();
        start(
                with(
                        new MemoryLimits(
                                memory.undecoded(), memory.devices(), 800_000, 400_000, 800_000)));
        String part =
                "POST /people HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\nContent-Length: 30000\r\n\r\n";
        for (int i = 0; i < 4; i++) {
            client().send(part + "a".repeat(25_000));
        }
        await("a refusal", () -> counted(EdgeLimit.ADDRESS_MEMORY) > 0);
        // Devices have memory of their own.
        assertThat(body(client().send(CLOSE))).contains("2 bytes");
        for (RawClient client : clients) {
            client.close();
        }
        await("the memory back", () -> edge.governor().bodyBytes() == 0);
        var whole = client().send(part + "a".repeat(30_000)).head();
        assertThat(whole.status()).isEqualTo(200);
    }

    @Test
    void nothingIsReadForWhoHasNotAuthenticated() throws IOException {
        start(HERE);
        // The rest of the body is never sent: the answer doesn't wait for it.
        RawClient stranger =
                client().send("POST /people HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n{");
        assertThat(stranger.head().status()).isEqualTo(401);
        RawClient known =
                client().send(
                                "POST /people HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\n"
                                        + "Content-Length: 2\r\n\r\n{}");
        assertThat(known.head().status()).isEqualTo(200);
    }

    @Test
    void whatIsOpenToAnybodyTakesLittle() throws IOException {
        start(HERE);
        String post = "POST /open HTTP/1.1\r\nHost: h\r\nAccept-Language: en\r\nContent-Length: ";
        String small = "{\"a\":[" + "[],".repeat(80) + "[]]}";
        String deep = "{\"a\":[" + "[],".repeat(120) + "[]]}";
        assertThat(client().send(post + small.length() + "\r\n\r\n" + small).head().status())
                .isEqualTo(200);
        RawClient many = client().send(post + deep.length() + "\r\n\r\n" + deep);
        assertThat(body(many)).contains("400").contains("JSON");
        assertThat(client().send(post + "5000\r\n\r\n").head().status()).isEqualTo(413);
    }

    @Test
    void largeBodiesOfOneAccountWaitForEachOther() throws InterruptedException {
        var large = new LargeBodies(12 << 20);
        assertThat(large.enter("a", 500_000)).isNull();
        assertThat(large.enter("a", 500_000)).isEqualTo(EdgeLimit.ACCOUNT_MEMORY);
        assertThat(large.enter("b", 500_000)).isNull();
        large.leave("a", 500_000);
        large.leave("b", 500_000);
        // Larger than what there is: alone.
        assertThat(large.enter("a", 50_000_000)).isNull();
        large.leave("a", 50_000_000);
        assertThat(large.enter("b", 1)).isNull();
    }

    @Test
    void aPackedBodyIsLetInBeforeItIsCountedWhatItInflatesTo()
            throws IOException, InterruptedException {
        start(HERE);
        String post = "POST /packed HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\nContent-Length: ";
        RawClient plain = client().send(post + "1000\r\n\r\n" + "y".repeat(1_000));
        assertThat(body(plain)).contains("\"data\":false");
        assertThat(counted).isEmpty();
        RawClient packed = client().send(post + "100\r\n\r\n" + "x".repeat(100));
        assertThat(body(packed)).contains("\"data\":true");
        assertThat(counted).containsExactly(true);
        assertThat(waits("a")).isFalse();
        // Another of the same account is not even counted.
        assertThat(edge.governor().large().enter("a", 1)).isNull();
        RawClient refused = client().send(post + "100\r\n\r\n" + "x".repeat(100));
        assertThat(refused.head().status()).isEqualTo(503);
        assertThat(counted).hasSize(1);
        edge.governor().large().leave("a", 1);
        assertThat(waits("a")).isFalse();
    }

    @Test
    void aBodyThatTurnsOutToBeLargerWaitsForItsPlace() throws InterruptedException {
        var large = new LargeBodies(12 << 20);
        assertThat(large.enter("a", 10)).isNull();
        assertThat(large.grow("a", 10, 50_000_000)).isNull();
        assertThat(large.enter("a", 10)).isEqualTo(EdgeLimit.ACCOUNT_MEMORY);
        large.leave("a", 50_000_000);
        assertThat(large.enter("b", 50_000_000)).isNull();
        large.leave("b", 50_000_000);
    }

    @Test
    void whatOneHoldsIsTakenOnceAndGivenBackOnce() {
        var governor = new Governor(with(new MemoryLimits(1, 1, 1_000, 300, 500)));
        var account = governor.console("", "a1", 1);
        assertThat(account.take(500)).isNull();
        assertThat(account.finish()).isTrue();
        assertThat(account.take(1)).isEqualTo(EdgeLimit.ACCOUNT_MEMORY);
        var address = governor.console("192.0.2.1", "a2", 1);
        // A limit of an address acts only when most is used.
        assertThat(address.take(300)).isNull();
        assertThat(address.finish()).isTrue();
        assertThat(address.take(1)).isEqualTo(EdgeLimit.ADDRESS_MEMORY);
        var other = governor.console("192.0.2.2", "a3", 1);
        assertThat(other.take(200)).isNull();
        assertThat(other.take(1)).isEqualTo(EdgeLimit.MEMORY);
        account.close();
        account.close();
        assertThat(governor.bodyBytes()).isEqualTo(500);
        address.close();
        other.close();
        assertThat(governor.bodyBytes()).isZero();
    }

    @Test
    void theOldestUnfinishedMessageOfBackendsMakesRoom() {
        var governor = new Governor(with(new MemoryLimits(1_000, 1, 1, 1, 1)));
        var ended = new ArrayList<Integer>();
        var never = new ArrayList<MessageBudget>();
        for (int i = 0; i < 4; i++) {
            int number = i;
            MessageBudget each = governor.backend();
            each.whenNeeded(() -> ended.add(number));
            assertThat(each.assembling(240)).isTrue();
            never.add(each);
        }
        MessageBudget honest = governor.backend();
        assertThat(honest.assembling(500)).isTrue();
        assertThat(ended).containsExactly(0, 1);
        honest.assembled();
        honest.assembled();
        // Too late for it, even if the rest is there already.
        assertThat(never.getFirst().assembling(1)).isFalse();
        assertThat(honest.assembling(520)).isTrue();
        assertThat(honest.assembling(1)).isTrue();
        assertThat(ended).containsExactly(0, 1, 2);
        assertThat(honest.assembling(1_001)).isFalse();
    }

    @Test
    void theOldestBodyOfWhoeverHoldsMostMakesRoom() {
        var governor = new Governor(with(new MemoryLimits(1, 1, 1_000, 1_000, 600)));
        var ended = new ArrayList<String>();
        var honest = body(governor, "honest", 300, ended);
        var first = body(governor, "first of many", 200, ended);
        var second = body(governor, "second of many", 200, ended);
        var handled = body(governor, "handled of many", 100, ended);
        assertThat(handled.finish()).isTrue();
        // What its handling takes does not make it one that may end.
        assertThat(handled.take(1)).isNull();
        var more = body(governor, "more", 349, ended);
        assertThat(ended).containsExactly("first of many");
        // Too late for it, even if the rest is there already.
        assertThat(first.take(1)).isEqualTo(EdgeLimit.MEMORY);
        assertThat(first.finish()).isFalse();
        assertThat(honest.finish()).isTrue();
        assertThat(second.finish()).isTrue();
        // Nothing is left that could end but itself.
        assertThat(more.take(60)).isEqualTo(EdgeLimit.MEMORY);
        for (BodyBudget each : List.of(honest, first, second, handled, more)) {
            each.close();
        }
        assertThat(governor.bodyBytes()).isZero();
    }

    private static BodyBudget body(Governor governor, String name, int bytes, List<String> ended) {
        String account = name.substring(name.lastIndexOf(' ') + 1);
        BodyBudget body = governor.console("", account, 1);
        body.onRoomNeeded(() -> ended.add(name));
        assertThat(body.take(bytes)).isNull();
        return body;
    }

    @Test
    void theDocumentationNamesTheSameNumbers() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "security.md"));
        var pace = EdgeLimits.here(0, IDLE).pace();
        var memory = EdgeLimits.here(0, IDLE).memory();
        assertThat(page)
                .contains(
                        EdgeLimits.DEVICE_BODY / 1024 + " KiB, 2,000 JSON tokens",
                        EdgeLimits.OPEN_BODY / 1024 + " KiB, " + Json.OPEN_TOKENS + " JSON tokens",
                        pace.silence().toSeconds()
                                + " s without a byte, or less than "
                                + pace.slowest() / 1024
                                + " KiB/s on average after "
                                + pace.silence().toSeconds()
                                + " s",
                        "a third of the connections, " + pace.linger().toSeconds() + " s each",
                        "idle for " + EdgeLimits.YOUNG.toSeconds() + " s are closed",
                        "all unfinished ones " + (memory.devices() >> 20) + " MiB",
                        "frames " + (memory.undecoded() >> 20) + " MiB");
        assertThat(memory.console())
                .isEqualTo(Math.max(8 << 20, Runtime.getRuntime().maxMemory() / 4));
        assertThat(memory.account()).isEqualTo(memory.console() / 2);
    }

    @Test
    void theLimitsFollowTheMachine() {
        var small = EdgeLimits.of(256, 384L << 20, 0, IDLE, false);
        assertThat(small.connections().most()).isBetween(64, 128);
        var usual = EdgeLimits.of(20_000, 384L << 20, 0, IDLE, false);
        // 100,000 check-ins in a minute, each connection open for its answer and two seconds.
        assertThat(usual.connections().lingering()).isGreaterThan(100_000 / 60 * 2);
        assertThat(usual.connections().most())
                .isGreaterThan(usual.connections().lingering() + 100_000 / 60);
        var large = EdgeLimits.of(1_000_000, 384L << 20, 0, IDLE, false);
        assertThat(large.connections().most()).isEqualTo(384 * 1024 / 8);
        assertThat(EdgeLimits.of(1_000_000, 384L << 20, 500, IDLE, false).connections().most())
                .isEqualTo(500);
    }
}
