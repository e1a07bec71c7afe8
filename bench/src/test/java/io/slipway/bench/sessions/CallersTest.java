package io.slipway.bench.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.bench.BenchFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A benchmark that trusts a server that loses frames is worthless. */
class CallersTest {

    /** What a server does with the frames it receives. */
    private interface Manner {
        void heard(Echo echo, byte[] frame, int count);
    }

    private volatile boolean over;
    private Thread thread;

    /** One connection of a server that echoes correctly or incorrectly, as specified. */
    private static final class Echo extends Line {
        private final LineLoop loop;
        private final Manner manner;
        private byte[] held;
        private int count;

        Echo(LineLoop loop, SocketChannel channel, Manner manner) throws IOException {
            super(loop, channel);
            this.loop = loop;
            this.manner = manner;
        }

        @Override
        void connected() {}

        @Override
        void shaken(String head) {
            send(Wire.accept(head));
        }

        @Override
        void text(String text) {}

        @Override
        void binary(byte[] content, int length) {
            manner.heard(this, Arrays.copyOf(content, length), ++count);
        }

        void say(byte[] frame) {
            ByteBuffer out = loop.out();
            Wire.message(out, Wire.BINARY, frame, frame.length, false);
            send(out.flip());
        }

        void end() {
            byte[] reason = "\u0003\u00e8enough".getBytes(StandardCharsets.ISO_8859_1);
            ByteBuffer out = loop.out();
            Wire.message(out, Wire.CLOSE, reason, reason.length, false);
            send(out.flip());
        }

        @Override
        void lost(String why) {}
    }

    private Caller.Target serve(Manner manner) throws IOException {
        var server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        var loop = new LineLoop();
        loop.listen(
                server,
                () -> {
                    try {
                        new Echo(loop, server.accept(), manner);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        thread =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!over) {
                                loop.turn(10);
                            }
                            LineLoop.close(server);
                            loop.close();
                        });
        return new Caller.Target("a server", port, false, Speech.UP);
    }

    @AfterEach
    void stop() throws InterruptedException {
        over = true;
        thread.join();
    }

    private Talk talk(Manner manner) throws IOException {
        Caller.Target target = serve(manner);
        try (var callers = new Callers(target)) {
            callers.open(8, index -> Wire.upgrade(target.port(), "m", "c", "t"));
            return callers.talk(Duration.ofMillis(200), Duration.ofMillis(1_500), () -> {});
        }
    }

    @Test
    void everyFrameIsCounted() throws IOException {
        Talk talk = talk((echo, frame, count) -> echo.say(frame));
        assertThat(talk.errors().bad()).as(talk.errors().sample()).isZero();
        assertThat(talk.sessions()).isEqualTo(8);
        assertThat(talk.said()).isPositive();
        assertThat(talk.heard()).isPositive().isEqualTo(talk.latencies().count());
        assertThat(talk.late().count()).isEqualTo(talk.said());
    }

    @Test
    void aFrameThatIsLostIsNoticed() throws IOException {
        Talk talk =
                talk((echo, frame, count) -> {
                    if (count != 5) {
                        echo.say(frame);
                    }
                });
        assertThat(talk.errors().bad()).isPositive();
        assertThat(talk.errors().sample()).contains("not in its turn");
    }

    @Test
    void theLastFrameThatIsLostIsNoticed() throws IOException {
        Talk talk =
                talk((echo, frame, count) -> {
                    if (count < 15) {
                        echo.say(frame);
                    }
                });
        assertThat(talk.errors().bad()).isPositive();
        assertThat(talk.errors().sample()).contains("never came back");
    }

    @Test
    void framesInAnotherOrderAreNoticed() throws IOException {
        Talk talk =
                talk((echo, frame, count) -> {
                    if (count == 7) {
                        echo.held = frame;
                    } else {
                        echo.say(frame);
                        if (count == 8) {
                            echo.say(echo.held);
                        }
                    }
                });
        assertThat(talk.errors().bad()).isPositive();
        assertThat(talk.errors().sample()).contains("not in its turn");
    }

    @Test
    void aFrameThatIsChangedIsNoticed() throws IOException {
        Talk talk =
                talk((echo, frame, count) -> {
                    frame[frame.length - 1] += (byte) (count == 3 ? 1 : 0);
                    echo.say(frame);
                });
        assertThat(talk.errors().bad()).isPositive();
        assertThat(talk.errors().sample()).contains("did not come back as it was");
    }

    @Test
    void aSessionThatEndsIsNoticed() throws IOException {
        Talk talk =
                talk((echo, frame, count) -> {
                    if (count == 4) {
                        echo.end();
                    } else {
                        echo.say(frame);
                    }
                });
        assertThat(talk.errors().bad()).isPositive();
        assertThat(talk.errors().sample()).isEqualTo("closed with 1000 enough");
    }

    @Test
    void aRefusedHandshakeIsReported() throws IOException {
        Caller.Target target = serve((echo, frame, count) -> {});
        try (var callers = new Callers(target)) {
            assertThatThrownBy(() ->
                            callers.open(
                                    3,
                                    index ->
                                            "GET / HTTP/1.1\r\n\r\n"
                                                    .getBytes(StandardCharsets.ISO_8859_1)))
                    .isInstanceOf(BenchFailure.class)
                    .hasMessageContaining("0 of 3 sessions with a server opened")
                    .hasMessageContaining("refused: HTTP/1.1 400");
        }
    }
}
