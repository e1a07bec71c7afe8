package io.slipway.simulator.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.ota.Partition;
import io.slipway.simulator.CannedServer;
import io.slipway.simulator.board.ImageState;
import io.slipway.simulator.board.Power;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.device.CheckInResult;
import io.slipway.simulator.device.OtaUrl;
import io.slipway.simulator.strict.RuleBroken;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The facts of update-rules F1 to F13, one by one; update-rules F4, F13 are in UpdateFileTest. */
class UpdatingDeviceTest extends CannedUpdateTest {

    // ------------------------------------------------------------ the whole way

    @Test
    void theWholeWay() {
        UpdatingDevice device = device("2.4.2");
        FirmwareFile image = image("2.5.0");
        server.offer(image);
        assertThat(update(device))
                .isEqualTo(new DownloadResult.Installed("2.5.0", image.elfSha256()));
        assertThat(device.power()).isEqualTo(Power.OFF);
        assertThat(device.truth().image().version()).isEqualTo("2.4.2");
        assertThat(device.boot()).isEqualTo(Power.ON);
        assertThat(device.truth().image().state()).isEqualTo(ImageState.PENDING_VERIFY);
        assertThat(device.checkIn()).isInstanceOf(CheckInResult.Ready.class);
        assertThat(device.wantsUpdate()).isFalse();
        assertThat(device.truth())
                .isEqualTo(
                        new UpdatingDevice.Truth(
                                device.profile().mac(),
                                device.profile().clientId(),
                                "bread-compact-wifi",
                                new UpdatingDevice.RunningImage(
                                        "2.5.0", image.elfSha256(), "ota_1", ImageState.VALID),
                                Power.ON,
                                1,
                                0));
        assertThat(broken(device)).isEmpty();
        assertThat(server.downloads()).hasSize(1);
        // And back to the first slot with the next one.
        device.powerOff();
        server.offer(image("2.5.1"));
        update(device);
        device.boot();
        assertThat(device.truth().image().slot()).isEqualTo("ota_0");
        assertThat(broken(device)).isEmpty();
        assertThat(device.report().versions()).containsExactly(entry("2.5.1", 1));
    }

    /** Its next report is what was in the file. */
    @Test
    void theNewBuildSpeaksForItself() {
        UpdatingDevice device = device("2.4.2", "a-c3-board:esp32c3:v2-16m-c3");
        device.boot();
        device.checkIn();
        var before = server.lastCheckIn();
        assertThat(before.application().version()).isEqualTo("2.4.2");
        assertThat(before.slot()).isEqualTo("ota_0");
        assertThat(before.hardware().chip()).isEqualTo("esp32c3");
        assertThat(before.board().name()).isEqualTo("a-c3-board");
        assertThat(before.hardware().partitions())
                .contains(new Partition("ota_1", 0, 17, 0x410000, 0x3f0000));
        device.powerOff();
        FirmwareFile image = FirmwareFile.of(Chip.ESP32C3, "2.5.0").withProject("parrot");
        server.offer(image);
        update(device);
        device.boot();
        device.checkIn();
        var after = server.lastCheckIn();
        assertThat(after.application().version()).isEqualTo("2.5.0");
        assertThat(after.application().elfSha256())
                .isEqualTo(image.elfSha256())
                .isNotEqualTo(before.application().elfSha256());
        assertThat(after.slot()).isEqualTo("ota_1");
        assertThat(after.application().name()).isEqualTo("parrot");
        assertThat(after.application().compileTime()).isEqualTo("Aug  6 2026T12:34:56Z");
        assertThat(after.complete()).isTrue();
        assertThat(server.requests().getLast().header("User-Agent")).isEqualTo("a-c3-board/2.5.0");
    }

    @ParameterizedTest
    @CsvSource({
        "1.5.6,V1_5",
        "1.6.0,V1_6",
        "1.6.5,V1_6",
        "1.6.6,V1_7",
        "1.7.6,V1_7",
        "1.8.0,WIFI",
        "2.4.2,WIFI"
    })
    void itsAgeShowsInWhatItSends(String version, Variant variant) {
        assertThat(device(version).profile().variant()).isEqualTo(variant);
    }

    @Test
    void aBoardWithAModemCallsByIt() {
        UpdatingDevice device = device("2.4.2", "bread-compact-ml307");
        device.boot();
        device.checkIn();
        assertThat(server.requests().getFirst().body()).contains("\"csq\":\"24\"");
    }

    @Test
    void stepsThatCantBeTaken() {
        UpdatingDevice device = device("2.4.2");
        assertThatThrownBy(device::checkIn).isInstanceOf(IllegalStateException.class);
        device.boot();
        assertThatThrownBy(device::boot).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(device::download).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> device.flashByCable(image("2.4.2")))
                .isInstanceOf(IllegalStateException.class);
    }

    // ------------------------------------------------------------ update-rules F3

    @Test
    void theDownloadDoesNotIdentifyTheDevice() {
        server.offer(image("2.5.0"));
        update(device("2.4.2"));
        CannedServer.Request get = server.downloads().getFirst();
        assertThat(get.head())
                .isEqualTo(
                        "GET "
                                + get.path()
                                + " HTTP/1.1\r\nHost: "
                                + OtaUrl.parse(server.url()).hostHeader()
                                + "\r\nConnection: close\r\n\r\n");
    }

    @Test
    void beforeOneEightTheHttpClientNamesItself() {
        server.offer(image("2.5.0"));
        update(device("1.7.7"));
        CannedServer.Request get = server.downloads().getFirst();
        assertThat(get.header("User-Agent")).isEqualTo("ESP32 HTTP Client/1.0");
        assertThat(get.header("Device-Id")).isNull();
        assertThat(get.header("Client-Id")).isNull();
    }

    // ------------------------------------------------------------ update-rules F5

    @Test
    void whatIsNotNewerIsLeftAlone() {
        UpdatingDevice device = device("2.4.2");
        server.offer(image("2.4.1"));
        device.boot();
        device.checkIn();
        assertThat(device.wantsUpdate()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1.5.6,1.5.5,false", "1.6.0,1.5.5,true", "2.4.2,2.4.1,true"})
    void forceIsKnownSinceOneSix(String version, String older, boolean wants) {
        UpdatingDevice device = device(version);
        server.offer(image(older), true);
        device.boot();
        device.checkIn();
        assertThat(device.wantsUpdate()).isEqualTo(wants);
    }

    @Test
    void forceForWhatRunsIsRefused() {
        UpdatingDevice device = device("2.4.2");
        server.insist("2.4.2", server.put(image("2.4.2")), true);
        device.boot();
        assertThat(catchThrowableOfType(RuleBroken.class, device::checkIn).rule()).isEqualTo("R10");
    }

    /** A loop at every boot: a file whose version differs from the offered one. */
    @Test
    void aFileThatIsNotWhatItWasOfferedAs() {
        UpdatingDevice device = device("2.4.2");
        server.insist("2.9.9", server.put(image("2.4.2")), false);
        for (int i = 0; i < 3; i++) {
            update(device);
            device.boot();
            // On trial, so this one fails and the image becomes valid.
            device.checkIn();
            device.download();
            device.powerOff();
        }
        assertThat(broken(device)).contains("R10", "F8", "F5");
        assertThat(count(device, UpdateCount.INSTALLS)).isEqualTo(3);
        assertThat(count(device, UpdateCount.REPEATS)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"1.9.4,false", "2.0.0,true"})
    void theSameVersionIsFlashedAgainSinceTwo(String version, boolean installs) {
        UpdatingDevice device = device(version);
        server.insist("2.9.9", server.put(image(version)), false);
        assertThat(update(device) instanceof DownloadResult.Installed).isEqualTo(installs);
    }

    // ------------------------------------------------------------ update-rules F7

    @Test
    void onlyAGoodAnswerMakesItValid() {
        UpdatingDevice device = device("2.4.2");
        server.offer(image("2.5.0"));
        update(device);
        device.boot();
        server.status(500);
        assertThat(device.checkIn()).isInstanceOf(CheckInResult.CheckInFailed.class);
        assertThat(device.truth().image().state()).isEqualTo(ImageState.PENDING_VERIFY);
        device.powerOff();
        server.status(200);
        device.boot();
        assertThat(device.truth().image().version()).isEqualTo("2.4.2");
        assertThat(device.truth().image().slot()).isEqualTo("ota_0");
        assertThat(device.truth().rollbacks()).isEqualTo(1);
        // It has rolled back permanently: nothing of the new one is left to boot.
        device.powerOff();
        device.boot();
        assertThat(device.truth().image().version()).isEqualTo("2.4.2");
        assertThat(device.truth().rollbacks()).isEqualTo(1);
    }

    @Test
    void whatIsValidStays() {
        UpdatingDevice device = device("2.4.2");
        server.offer(image("2.5.0"));
        update(device);
        device.boot();
        device.checkIn();
        for (int i = 0; i < 3; i++) {
            device.crash();
            device.boot();
        }
        assertThat(device.truth().image().version()).isEqualTo("2.5.0");
        assertThat(count(device, UpdateCount.CRASHES)).isEqualTo(3);
        assertThat(count(device, UpdateCount.ROLLBACKS)).isZero();
    }

    // ------------------------------------------------------------ update-rules F8

    @Test
    void anOfferOnTrialIsHopeless() {
        UpdatingDevice device = device("2.4.2");
        server.offer(image("2.5.0"));
        update(device);
        server.offer(image("2.6.0"));
        assertThat(update(device)).isInstanceOf(DownloadResult.DownloadFailed.class);
        assertThat(broken(device)).containsExactly("F8");
        assertThat(count(device, UpdateCount.HOPELESS)).isEqualTo(1);
        // Since 1.8.0 it continues, and is valid.
        assertThat(device.truth().image().state()).isEqualTo(ImageState.VALID);
        device.powerOff();
        assertThat(update(device)).isInstanceOf(DownloadResult.Installed.class);
    }

    @Test
    void oldFirmwareGoesBackInstead() {
        UpdatingDevice device = device("1.7.5");
        server.offer(image("1.7.6"));
        update(device);
        server.offer(image("1.7.7"));
        assertThat(update(device)).isInstanceOf(DownloadResult.DownloadFailed.class);
        assertThat(device.power()).isEqualTo(Power.OFF);
        device.boot();
        assertThat(device.truth().image().version()).isEqualTo("1.7.5");
        assertThat(count(device, UpdateCount.FAILURE_REBOOTS)).isEqualTo(1);
    }

    @Test
    void anOfferRightAfterAChangeThatIsNoTrial() {
        UpdatingDevice device = device("2.4.2");
        device.boot();
        device.checkIn();
        device.powerOff();
        device.flashByCable(image("2.4.3"));
        server.offer(image("2.5.0"));
        device.boot();
        device.checkIn();
        assertThat(broken(device)).containsExactly("U4");
    }

    // ------------------------------------------------------------ update-rules F9

    @ParameterizedTest
    @CsvSource({"1.7.7,OFF,1", "1.8.0,ON,0"})
    void aFailedUpdateRestartsOldFirmware(String version, Power power, int restarts) {
        UpdatingDevice device = device(version);
        device.faults(UpdateFaults.always(UpdateFault.NO_START));
        server.offer(image("2.5.0"));
        assertThat(update(device)).isInstanceOf(DownloadResult.DownloadFailed.class);
        assertThat(device.power()).isEqualTo(power);
        assertThat(count(device, UpdateCount.FAILURE_REBOOTS)).isEqualTo(restarts);
    }

    @Test
    void anOfferToADeviceWithoutAnOwner() {
        UpdatingDevice device = device("2.4.2");
        server.activation("{\"code\":\"123456\",\"message\":\"123456\",\"challenge\":\"c\"}");
        server.offer(image("2.5.0"));
        device.boot();
        assertThat(device.checkIn()).isInstanceOf(CheckInResult.Pending.class);
        assertThat(broken(device)).containsExactly("F9");
        // It installs it nevertheless.
        assertThat(device.download()).isInstanceOf(DownloadResult.Installed.class);
    }

    // ------------------------------------------------------------ update-rules F11

    @Test
    void oldFirmwareNeedsTheSection() throws IOException {
        try (var bare =
                CannedServer.saying(
                        CannedServer.http(
                                200, "{\"websocket\":{\"url\":\"ws://h/\",\"token\":\"t\"}}"))) {
            UpdatingDevice old =
                    UpdatingDevice.of(UpdateOptions.of(bare.url(), 1).versions("1.5.5"));
            old.boot();
            assertThat(catchThrowableOfType(RuleBroken.class, old::checkIn).rule())
                    .isEqualTo("§2.1");
            UpdatingDevice newer =
                    UpdatingDevice.of(UpdateOptions.of(bare.url(), 1).versions("1.6.0"));
            newer.boot();
            assertThat(newer.checkIn()).isInstanceOf(CheckInResult.Ready.class);
        }
    }
}
