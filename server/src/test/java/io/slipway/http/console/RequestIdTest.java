package io.slipway.http.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.http.HttpConfig;
import io.slipway.http.RawClient;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What a call and the entries of the log about it have in common. */
class RequestIdTest {

    private static final class Ids extends Handler {
        private final Logger log = Logger.getLogger(ConsoleExit.class.getName());
        private final List<String> logged = new CopyOnWriteArrayList<>();

        Ids() {
            log.addHandler(this);
        }

        @Override
        public void publish(LogRecord entry) {
            logged.add(String.valueOf(MDC.get("request")));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            log.removeHandler(this);
        }
    }

    /** Before its body is read as well as when it is handled. */
    @Test
    void anEntryAboutAFailedCallHasItsId() throws IOException {
        var config =
                new HttpConfig("127.0.0.1", 0, List.of(), "", Duration.ofSeconds(30), 0, 65_536);
        var ids = new Ids();
        try (var edge = new Edge(config, new TestClock(), fault -> null)) {
            edge.authenticateBy(request -> {
                throw new IllegalStateException("nobody can be looked up");
            });
            edge.route(
                    RouteScope.OPEN,
                    "GET",
                    "/fails",
                    request -> {
                        throw new IllegalStateException("it fails");
                    });
            edge.route(
                    RouteScope.DEVICES,
                    "POST",
                    "/closed",
                    request -> {
                        throw new AssertionError("nobody is known");
                    });
            int port = edge.start();
            for (String call : List.of("GET /fails", "POST /closed")) {
                try (var client = new RawClient(port)) {
                    client.send(call + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}");
                    RawClient.Head head = client.head();
                    assertThat(head.status()).as(call).isEqualTo(500);
                    assertThat(head.header("X-Request-Id"))
                            .as(call)
                            .matches("[0-9a-f]{8}")
                            .isEqualTo(ids.logged.getLast());
                }
            }
            assertThat(ids.logged).hasSize(2).doesNotHaveDuplicates();
        } finally {
            ids.close();
        }
    }
}
