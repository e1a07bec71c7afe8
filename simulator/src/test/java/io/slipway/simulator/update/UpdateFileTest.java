package io.slipway.simulator.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.board.Power;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of a file or of the way it is served: update-rules F4, F13, device-contract 9. */
class UpdateFileTest extends CannedUpdateTest {

    // ------------------------------------------------------------ update-rules F4

    @ParameterizedTest
    @ValueSource(
            strings = {
                "302 Found~Location: /x~Content-Length: 8192",
                "206 Partial Content~Content-Range: bytes 0-8191/8192~Content-Length: 8192",
                "404 Not Found~Content-Length: 2",
                "403 Forbidden~Content-Length: 2",
                "204 No Content",
                "100 Continue",
                "200 OK~Transfer-Encoding: chunked",
                "200 OK~Content-Encoding: gzip~Content-Length: 8192",
                "200 OK~Content-Range: bytes 0-8191/8192~Content-Length: 8192",
                "200 OK~Content-Length: 0",
                "200 OK~content-length: 8192",
                "200 OK"
            })
    void onlyTwoHundredWithALength(String head) {
        UpdatingDevice device = device("2.4.2");
        server.offer(image("2.5.0"));
        String path = server.put(image("2.5.0"));
        server.respond(path, "HTTP/1.1 " + head.replace("~", "\r\n") + "\r\n\r\n", new byte[8192]);
        assertThat(update(device)).isInstanceOf(DownloadResult.DownloadFailed.class);
        assertThat(broken(device)).containsExactly("F4");
        assertThat(count(device, UpdateCount.REFUSED)).isEqualTo(1);
        assertThat(device.power()).isEqualTo(Power.ON);
        device.powerOff();
        device.boot();
        assertThat(device.truth().image().version()).isEqualTo("2.4.2");
    }

    @Test
    void aServerInTroubleBreaksNoRule() {
        UpdatingDevice device = device("2.4.2");
        server.offer(image("2.5.0"));
        server.respond(
                server.put(image("2.5.0")),
                "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
                new byte[0]);
        assertThat(update(device))
                .isEqualTo(new DownloadResult.DownloadFailed("download HTTP 503"));
        assertThat(broken(device)).isEmpty();
    }

    @Test
    void aConnectionCutByTheServer() {
        UpdatingDevice device = device("2.4.2");
        FirmwareFile image = image("2.5.0");
        server.offer(image);
        byte[] half = Arrays.copyOf(image.bytes(), 50_000);
        server.respond(
                server.put(image), "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", half);
        assertThat(update(device)).isInstanceOf(DownloadResult.DownloadFailed.class);
        assertThat(count(device, UpdateCount.CUT)).isEqualTo(1);
        assertThat(broken(device)).isEmpty();
        assertThat(device.truth().image().version()).isEqualTo("2.4.2");
    }

    // ------------------------------------------------------------ update-rules F13 and the image

    @Test
    void aTableWithoutSlots() {
        UpdatingDevice device = device("2.4.2", "small:esp32s3:v2-4m");
        server.offer(image("2.5.0"));
        assertThat(update(device)).isEqualTo(new DownloadResult.DownloadFailed("no slot"));
        assertThat(broken(device)).containsExactly("F13");
        assertThat(server.downloads()).isEmpty();
        assertThat(server.lastCheckIn().slot()).isEqualTo("factory");
    }

    @Test
    void anImageThatDoesNotFit() {
        UpdatingDevice device = device("2.4.2", "b:esp32s3:v2-8m");
        server.offer(image("2.5.0").withSize(0x2f0000 + 16));
        assertThat(update(device)).isInstanceOf(DownloadResult.DownloadFailed.class);
        assertThat(broken(device)).containsExactly("§9.3");
        device.powerOff();
        server.offer(image("2.5.0").withSize(0x2f0000));
        assertThat(update(device)).isInstanceOf(DownloadResult.Installed.class);
    }

    @Test
    void anImageForAnotherChip() {
        UpdatingDevice device = device("2.4.2");
        server.offer(FirmwareFile.of(Chip.ESP32C3, "2.5.0"));
        assertThat(update(device))
                .isEqualTo(new DownloadResult.DownloadFailed("an image for esp32c3"));
        assertThat(broken(device)).containsExactly("§9.1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 300, 50_000, 99_999})
    void aFileThatIsDamaged(int place) {
        UpdatingDevice device = device("2.4.2");
        FirmwareFile image = image("2.5.0");
        server.offer(image);
        byte[] bytes = image.bytes();
        bytes[place] ^= 1;
        server.serve(server.put(image), bytes);
        assertThat(update(device)).isInstanceOf(DownloadResult.DownloadFailed.class);
        assertThat(broken(device)).containsExactly("§9.1");
        assertThat(count(device, UpdateCount.BAD_IMAGES)).isEqualTo(1);
        device.powerOff();
        device.boot();
        assertThat(device.truth().image().version()).isEqualTo("2.4.2");
    }

    /** A file is verified only at its end, so all of it is downloaded. */
    @Test
    void aFileThatIsDamagedAtItsBeginningIsReadToItsEnd() {
        UpdatingDevice device = device("2.4.2");
        FirmwareFile image = image("2.5.0").withSize(1_000_000);
        server.offer(image);
        byte[] bytes = image.bytes();
        // The description's magic number.
        bytes[33] ^= 1;
        server.serve(server.put(image), bytes);
        assertThat(update(device)).isInstanceOf(DownloadResult.DownloadFailed.class);
        assertThat(count(device, UpdateCount.COMPLETE)).isEqualTo(1);
        assertThat(count(device, UpdateCount.CUT)).isZero();
    }

    @Test
    void moreThanWasAnnounced() {
        UpdatingDevice device = device("2.4.2");
        FirmwareFile image = image("2.5.0").withSize(8192);
        server.offer(image);
        byte[] bytes = Arrays.copyOf(image.bytes(), 8200);
        server.respond(server.put(image), "HTTP/1.1 200 OK\r\nContent-Length: 8192\r\n\r\n", bytes);
        assertThat(update(device)).isInstanceOf(DownloadResult.DownloadFailed.class);
        assertThat(broken(device)).containsExactly("F4");
    }
}
