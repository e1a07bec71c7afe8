package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that send as fast as they can, to a receiver that does not read. */
class FloodTest {

    /**
     * The maximum that kernels and gateway buffer, in bytes; a flood sends that in milliseconds.
     */
    private static final long HELD = 1_000_000;

    private static final byte[] SPEECH = new byte[1_000];

    @TempDir private Path folder;

    /** Sends one thing repeatedly on its own thread, and counts what was sent. */
    private static final class Flood implements AutoCloseable {
        final RawDevice device;
        private final Thread thread;

        Flood(RawDevice device, byte[] wire, AtomicLong sent) {
            this.device = device;
            thread =
                    Thread.startVirtualThread(() -> {
                        try {
                            while (true) {
                                device.write(wire);
                                sent.addAndGet(wire.length);
                            }
                        } catch (IOException e) {
                            // Cut, or the end of the test.
                        }
                    });
        }

        void over() throws Exception {
            Await.until(() -> !thread.isAlive());
        }

        @Override
        public void close() throws IOException {
            device.close();
        }
    }

    private static byte[] speech(int length) {
        return Frame.ofDevice(Frame.BINARY, new byte[length]);
    }

    private static byte[] wakeWord() {
        String text = "x".repeat(1_000);
        String message = "{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"" + text + "\"}";
        return Frame.ofDevice(Frame.TEXT, Frame.utf8(message));
    }

    @Test
    void aSlowBackendSlowsItsDeviceAndNobodyElse() throws Exception {
        // Time for everything to become quiet before the backend is considered dead.
        try (SessionFixture fixture = SessionFixture.open(folder, "session.write-timeout", "4 s");
                Buffers buffers = new Buffers()) {
            TestDevice quiet = fixture.device(1);
            try (RawBackend backend =
                    RawBackend.start(talk -> {
                        talk.greet();
                        if (talk.deviceId().equals(quiet.mac())) {
                            talk.echo();
                        }
                        talk.stall();
                    })) {
                fixture.relayTo(backend.url());
                var sent = new AtomicLong();
                var floods = new ArrayList<Flood>();
                try (RawDevice other = fixture.call(quiet)) {
                    other.next("hello");
                    for (byte[] wire : List.of(speech(1_000), speech(60_000), wakeWord())) {
                        RawDevice device = fixture.call(fixture.device(2 + floods.size()));
                        device.next("hello");
                        floods.add(new Flood(device, wire, sent));
                    }
                    SlowPeerTest.standsStill(sent);
                    assertThat(sent.get()).isLessThan(3 * HELD);
                    other.send(Frame.BINARY, SPEECH);
                    assertThat(other.next().payload()).isEqualTo(SPEECH);
                    for (Flood flood : floods) {
                        // Notified that its backend accepts nothing, and closed.
                        flood.device.next("alert");
                        flood.device.untilEnd();
                        flood.close();
                    }
                    Await.until(() -> fixture.sessions().size() == 1);
                    backend.wake();
                    Await.until(() -> backend.open() == 1);
                }
            }
            buffers.assertAllGivenBack(fixture);
        }
    }

    /** Of a flood that the gateway itself answers. */
    private void isHeldBack(byte[] wire) throws Exception {
        try (SessionFixture fixture = SessionFixture.open(folder);
                Buffers buffers = new Buffers()) {
            RawDevice device = fixture.call(fixture.device(1));
            device.next("hello");
            var sent = new AtomicLong();
            try (Flood flood = new Flood(device, wire, sent)) {
                SlowPeerTest.standsStill(sent);
                assertThat(sent.get()).isLessThan(HELD);
                fixture.passWriteTimeout(() -> fixture.sessions().isEmpty());
                flood.over();
            }
            buffers.assertAllGivenBack(fixture);
        }
    }

    @Test
    void whatTheEchoAnswersIsBoundedWhenNobodyReadsIt() throws Exception {
        isHeldBack(wakeWord());
    }

    @Test
    void pongsAreBoundedWhenNobodyReadsThem() throws Exception {
        isHeldBack(Frame.ofDevice(Frame.PING, new byte[100]));
    }
}
