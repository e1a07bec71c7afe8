package io.slipway.http.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.RawClient;
import io.slipway.http.file.DownloadRoute.TransferEnd;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How downloads end, and how that is reported: once, and never better than it was. */
class DownloadEndsTest {

    private static final int SIZE = 2_000_000;

    /** Buffered in the kernels of both sides, unseen by the client. */
    private static final int UNSEEN = 600_000;

    private static final TransferTimeouts HURRY =
            new TransferTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(2));

    @TempDir Path folder;
    private Path file;
    private FileEdge server;

    @BeforeEach
    void write() throws IOException {
        file = Files.write(folder.resolve("firmware"), new byte[SIZE]);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
            assertThat(server.open()).as("open files").isZero();
            assertThat(server.edge.downloads()).isZero();
            assertThat(server.ended).as("each end is reported once").hasSize(1);
        }
    }

    private void start(TransferTimeouts timeouts) throws IOException {
        server = new FileEdge(file, timeouts);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100_000, 1_000_000, 1_900_000, SIZE - 20_000, SIZE - 1})
    void cutAtAnyByte(int k) throws IOException {
        start(TransferTimeouts.USUAL);
        try (var client = new RawClient(server.port, 16 * 1024)) {
            client.get("/f/a").head();
            assertThat(client.read(k)).hasSize(k);
            leave(client, k);
        }
        assertThat(server.end().end()).isEqualTo(TransferEnd.CUT);
        assertThat(server.end().bytes()).isBetween((long) k, Math.min(SIZE, (long) k + UNSEEN));
    }

    // The JDK closes its output before closing with bytes unread; a device resets.
    private static void leave(RawClient client, int read) throws IOException {
        if (read + UNSEEN < SIZE) {
            client.end();
        } else {
            client.reset();
        }
    }

    @Test
    void resetAfterTheLastByte() throws IOException {
        start(TransferTimeouts.USUAL);
        try (var client = new RawClient(server.port)) {
            client.get("/f/a").head();
            client.read(SIZE);
            FileEdge.await("the last byte", () -> server.edge.downloads() == 0);
            client.reset();
        }
        assertThat(server.end().end()).isEqualTo(TransferEnd.CUT);
        assertThat(server.end().bytes()).isEqualTo(SIZE);
    }

    @Test
    void goneBeforeTheAnswer() throws IOException {
        start(TransferTimeouts.USUAL);
        try (var client = new RawClient(server.port)) {
            client.get("/f/a");
            client.reset();
        }
        assertThat(server.end().end()).isEqualTo(TransferEnd.CUT);
    }

    @Test
    void theNextRequestProvesThatItWasRead() throws IOException {
        start(TransferTimeouts.USUAL);
        try (var client = new RawClient(server.port)) {
            client.get("/f/a").head();
            client.read(SIZE);
            FileEdge.await("the last byte", () -> server.edge.downloads() == 0);
            var head = client.get("/small").head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(server.end().end()).isEqualTo(TransferEnd.COMPLETE);
            client.read(head.length());
            assertThat(client.get("/small").head().status()).isEqualTo(200);
        }
    }

    @Test
    void aRequestSentAheadProvesNothing() throws IOException {
        start(TransferTimeouts.USUAL);
        try (var client = new RawClient(server.port, 16 * 1024)) {
            client.get("/f/a").get("/small").head();
            FileEdge.await("a start", () -> server.edge.downloads() == 1);
            client.reset();
        }
        assertThat(server.end().end()).isEqualTo(TransferEnd.CUT);
    }

    @Test
    void aRequestSentAheadIsLeftUnanswered() throws IOException {
        start(TransferTimeouts.USUAL);
        try (var client = new RawClient(server.port)) {
            client.get("/f/a").get("/small").head();
            client.read(SIZE);
            client.timeout(500);
            assertThatThrownBy(client::ended).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(server.end().end()).isEqualTo(TransferEnd.COMPLETE);
    }

    @Test
    void silenceAfterTheLastByteIsNoProof() throws IOException {
        start(HURRY);
        try (var client = new RawClient(server.port)) {
            client.get("/f/a").head();
            client.read(SIZE);
            assertThat(client.ended()).as("closed in the end").isTrue();
            assertThat(server.end().end()).isEqualTo(TransferEnd.CUT);
            assertThat(server.end().bytes()).isEqualTo(SIZE);
        }
    }

    @Test
    void aViewerThatReadsNothingIsDisconnected() throws IOException {
        start(HURRY);
        try (var client = new RawClient(server.port, 16 * 1024)) {
            client.get("/f/a").head();
            assertThat(server.end().end()).isEqualTo(TransferEnd.CUT);
            assertThat(server.end().bytes()).isBetween(1L, (long) UNSEEN);
        }
    }

    /** Otherwise data buffered by this machine's kernel would be reported as sent. */
    @Test
    void theKernelDoesNotSwallowTheEnd() throws IOException {
        Files.write(file, new byte[100_000]);
        start(HURRY);
        try (var client = new RawClient(server.port, 4096)) {
            client.get("/f/a").head();
            assertThat(server.end().end()).isEqualTo(TransferEnd.CUT);
            assertThat(server.end().bytes()).isLessThan(100_000);
        }
    }

    @Test
    void slowIsNotIdle() throws IOException {
        // A piece of 128 KiB takes longer than the idle timeout.
        Files.write(file, new byte[500_000]);
        server = new FileEdge(file, TransferTimeouts.USUAL, Duration.ofSeconds(1));
        try (var client = new RawClient(server.port, 16 * 1024)) {
            client.get("/f/a").head();
            for (int left = 500_000; left > 0; left -= 10_000) {
                assertThat(client.read(10_000)).hasSize(10_000);
                FileEdge.pause(150);
            }
        }
        assertThat(server.end().end()).isEqualTo(TransferEnd.COMPLETE);
    }

    /** A weak network: five cuts would quarantine the device. */
    @Test
    void aSlowButSteadyDownloadIsNeverCut() throws IOException {
        start(HURRY);
        byte[] got = new byte[0];
        try (var client = new RawClient(server.port, 16 * 1024)) {
            client.get("/f/a").head();
            long until = System.nanoTime() + 3 * HURRY.silence().toNanos();
            int read = 0;
            while (System.nanoTime() < until) {
                read += client.read(8_000).length;
                FileEdge.pause(50);
            }
            assertThat(server.ended).isEmpty();
            got = client.read(SIZE - read);
            assertThat(read + got.length).isEqualTo(SIZE);
        }
        assertThat(server.end().end()).isEqualTo(TransferEnd.COMPLETE);
    }

    @Test
    void whatShutdownCutsIsOurFault() throws IOException {
        start(TransferTimeouts.USUAL);
        try (var client = new RawClient(server.port, 16 * 1024)) {
            client.get("/f/a").head();
            FileEdge.await("a start", () -> server.edge.downloads() == 1);
            server.edge.drain(Duration.ofMillis(200));
            assertThat(server.ended).as("known when the drain returns").hasSize(1);
            assertThat(server.end().end()).isEqualTo(TransferEnd.CUT_BY_US);
        }
    }

    @Test
    void closingAtOnceIsOurFault() throws IOException {
        start(TransferTimeouts.USUAL);
        try (var client = new RawClient(server.port, 16 * 1024)) {
            client.get("/f/a").head();
            FileEdge.await("a start", () -> server.edge.downloads() == 1);
            server.edge.close();
            assertThat(server.end().end()).isEqualTo(TransferEnd.CUT_BY_US);
        }
    }

    @Test
    void shutdownWaitsForWhatIsUnderWay() throws Exception {
        start(TransferTimeouts.USUAL);
        try (var client = new RawClient(server.port, 16 * 1024)) {
            client.get("/f/a").head();
            FileEdge.await("a start", () -> server.edge.downloads() == 1);
            var drain = Thread.ofVirtual().start(() -> server.edge.drain(Duration.ofSeconds(60)));
            FileEdge.await("the drain", server.edge::draining);
            assertThat(client.read(SIZE)).hasSize(SIZE);
            assertThat(client.ended()).as("asked to close").isTrue();
            client.end();
            assertThat(server.end().end()).isEqualTo(TransferEnd.COMPLETE);
            assertThat(drain.join(Duration.ofSeconds(30))).as("the drain ends early").isTrue();
        }
    }

    @Test
    void aFileThatGetsShorterIsOurFault() throws IOException {
        start(TransferTimeouts.USUAL);
        try (var client = new RawClient(server.port, 16 * 1024)) {
            client.get("/f/a").head();
            FileEdge.await("a start", () -> server.edge.downloads() == 1);
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(1_500_000);
            }
            assertThat(client.read(SIZE).length).isLessThan(SIZE);
        }
        assertThat(server.end().end()).isEqualTo(TransferEnd.CUT_BY_US);
        assertThat(server.end().bytes()).isBetween(1L, 1_500_000L);
    }

    /** However clients disconnect, each download is reported once and no file stays open. */
    @Test
    void randomClients() throws IOException {
        start(TransferTimeouts.USUAL);
        var random = new Random(11);
        for (int i = 0; i < 150; i++) {
            server.ended.clear();
            try (var client = new RawClient(server.port, 4096 << random.nextInt(6))) {
                boolean closes = random.nextBoolean();
                client.get("/f/a", closes ? "Connection: close" : "Accept: */*").head();
                boolean all = random.nextInt(3) == 0;
                int k = all ? SIZE : random.nextInt(SIZE);
                assertThat(client.read(k)).hasSize(k);
                boolean orderly = random.nextBoolean();
                if (!orderly) {
                    client.reset();
                } else if (all) {
                    client.end();
                } else {
                    leave(client, k);
                }
                var end = server.end();
                TransferEnd expected = all && orderly ? TransferEnd.COMPLETE : TransferEnd.CUT;
                assertThat(end.end()).as("%d %s %s", k, all, orderly).isEqualTo(expected);
                assertThat(end.bytes()).isBetween((long) k, (long) SIZE);
            }
        }
    }
}
