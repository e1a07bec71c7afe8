package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that read slowly or not at all, while their backends send a lot. */
class SlowPeerTest {

    /** Far more than speech, which is paced: 1 MB a second fills the buffers soon. */
    private static final int FRAME = 10_000;

    private static final int FRAMES = 700;

    /** Both kernels' buffers, the gateway's for one direction, and what it reads at a time. */
    private static final long HELD = 1_000_000;

    @TempDir private Path folder;

    private static byte[] numbered(int number) {
        return ByteBuffer.allocate(FRAME).putInt(number).array();
    }

    /** Waits until a count has not changed for a second. */
    static void standsStill(AtomicLong count) throws Exception {
        long[] last = {-1, 0};
        Await.until(() -> {
            long now = count.get();
            last[1] = now == last[0] ? last[1] + 1 : 0;
            last[0] = now;
            return now > 0 && last[1] >= 20;
        });
    }

    @Test
    void aDeviceThatStopsReadingHoldsItsBackendBackAndIsCut() throws Exception {
        try (SessionFixture fixture = SessionFixture.open(folder)) {
            TestDevice slow = fixture.device(1);
            TestDevice other = fixture.device(2);
            try (RawBackend backend =
                    RawBackend.start(talk -> {
                        talk.greet();
                        if (talk.deviceId().equals(other.mac())) {
                            talk.echo();
                        }
                        for (int i = 0; ; i++) {
                            talk.speech(numbered(i));
                        }
                    })) {
                fixture.relayTo(backend.url());
                try (RawDevice stalled = fixture.call(slow);
                        RawDevice undisturbed = fixture.call(other)) {
                    undisturbed.next("hello");
                    standsStill(backend.sent);
                    assertThat(backend.sent.get()).isLessThan(HELD);
                    echoes(undisturbed, 30);
                    assertThat(backend.open()).isEqualTo(2);
                    fixture.passWriteTimeout(() -> backend.open() == 1);
                    Await.until(() -> fixture.sessions().size() == 1);
                    stalled.untilEnd();
                    echoes(undisturbed, 30);
                }
            }
        }
    }

    private static void echoes(RawDevice device, int frames) throws IOException {
        for (int i = 0; i < frames; i++) {
            device.send(Frame.BINARY, numbered(i));
            assertThat(device.next().payload()).isEqualTo(numbered(i));
        }
    }

    @Test
    void aDeviceThatReadsSlowlyButSteadilyMissesNothing() throws Exception {
        // Far more than such a device reads within a timeout: not all of it matters.
        try (SessionFixture fixture = SessionFixture.open(folder, "session.buffer", "4096");
                RawBackend backend =
                        RawBackend.start(talk -> {
                            talk.greet();
                            for (int i = 0; i < FRAMES; i++) {
                                talk.speech(numbered(i));
                            }
                            talk.close(1000);
                            talk.untilEnd();
                        })) {
            fixture.relayTo(backend.url());
            try (RawDevice device = fixture.call(fixture.device(1))) {
                // The kernels' smallest windows would make it slower than this test has time for.
                device.socket.setReceiveBufferSize(16 * 1024);
                device.next("hello");
                standsStill(backend.sent);
                assertThat(backend.sent.get()).isLessThan(FRAMES * FRAME);
                for (int i = 0; i < FRAMES; i++) {
                    // First while its backend is paused, then long after that has closed.
                    boolean slowly = i < 30 || i > FRAMES - 50;
                    if (slowly && i % 13 == 0) {
                        // Two thirds of the write timeout, and time for a check.
                        fixture.server.clock.advance(
                                SessionFixture.WRITE_TIMEOUT.multipliedBy(2).dividedBy(3));
                        Thread.sleep(1_100);
                    }
                    assertThat(device.next().payload()).isEqualTo(numbered(i));
                }
                assertThat(device.lastWords()).isEqualTo(1000);
            }
            Await.until(() -> backend.open() == 0);
        }
    }

    @Test
    void aDeviceThatClosesAndStopsReadingIsDisconnected() throws Exception {
        try (SessionFixture fixture = SessionFixture.open(folder);
                RawBackend backend =
                        RawBackend.start(talk -> {
                            talk.greet();
                            talk.next();
                            talk.speech(new byte[60_000]);
                            talk.untilEnd();
                        })) {
            fixture.relayTo(backend.url());
            try (RawDevice device = fixture.call(fixture.device(1))) {
                device.next("hello");
                // Less than fills the socket, and more than the kernels accept.
                device.send(Frame.BINARY, new byte[1]);
                standsStill(backend.sent);
                device.send(Frame.CLOSE, ByteBuffer.allocate(2).putShort((short) 1000).array());
                Await.until(() -> backend.open() == 0 && fixture.sessions().isEmpty());
            }
        }
    }
}
