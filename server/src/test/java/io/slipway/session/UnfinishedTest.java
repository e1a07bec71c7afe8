package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.session.DeviceCrowd.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets that start something and never finish. */
class UnfinishedTest {

    private static final byte[] NOTHING = {};

    @TempDir private Path folder;
    private SessionFixture fixture;
    private DeviceCrowd crowd;

    @BeforeEach
    void start() throws Exception {
        fixture = SessionFixture.open(folder, "http.idle-timeout", "1 s");
        crowd = new DeviceCrowd();
    }

    @AfterEach
    void stop() throws Exception {
        crowd.close();
        fixture.close();
    }

    private void areCut(List<byte[]> beginnings) throws Exception {
        ProcessResources before = ProcessResources.now();
        List<Member> all = crowd.connect(fixture.server.port(), beginnings);
        crowd.ask(all);
        Await.until(() -> crowd.count(all, member -> member.connected) == all.size());
        Await.until(() -> crowd.count(all, member -> member.gone) == all.size());
        before.await(1_000_000);
    }

    @Test
    void aThousandSocketsThatOnlyConnectAreCut() throws Exception {
        areCut(Collections.nCopies(1_000, NOTHING));
    }

    @Test
    void halfHandshakesAreCut() throws Exception {
        byte[] request = RawDevice.handshake(fixture.device(1), "none", 1);
        var halves = new ArrayList<byte[]>();
        for (int i = 1; i < 200; i++) {
            halves.add(Arrays.copyOf(request, i * request.length / 200));
        }
        areCut(halves);
    }

    @Test
    void handshakesThatComeByteByByteAreCut() throws Exception {
        byte[] first = NOTHING;
        byte[] second =
                "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (byte[] before : List.of(first, second)) {
            try (RawDevice device = new RawDevice(fixture.server.port())) {
                device.write(before);
                if (before.length > 0) {
                    assertThat(device.head()).startsWith("HTTP/1.1 404");
                }
                device.write("GET / HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
                Await.until(() -> {
                    try {
                        device.write(new byte[] {'x'});
                        return false;
                    } catch (IOException cut) {
                        return true;
                    }
                });
            }
        }
    }

    @Test
    void sessionsWithoutAHelloOrWithHalfOfOneAreClosed() throws Exception {
        byte[] hello = Frame.ofDevice(Frame.TEXT, Frame.utf8(SessionClient.HELLO));
        int step = 20;
        var devices = fixture.devices(1, hello.length / step);
        ProcessResources before = ProcessResources.now();
        var open = new ArrayList<RawDevice>();
        for (int i = 0; i < devices.size(); i++) {
            RawDevice device = new RawDevice(fixture.server.port());
            device.write(RawDevice.handshake(devices.get(i), fixture.token(devices.get(i)), 1));
            assertThat(device.head()).startsWith("HTTP/1.1 101");
            device.write(Arrays.copyOf(hello, i * step));
            open.add(device);
        }
        for (RawDevice device : open) {
            Await.until(() -> {
                // Repeatedly: a client that sees the 101 may be ahead of its session.
                fixture.server.clock.advance(Duration.ofSeconds(11));
                return device.in.available() > 0;
            });
            assertThat(device.next().code()).isEqualTo(1002);
            assertThat(device.ended()).isTrue();
            device.close();
        }
        before.await(1_000_000);
    }
}
