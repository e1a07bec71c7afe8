package io.slipway.simulator.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.simulator.board.ImageState;
import io.slipway.simulator.board.Power;
import io.slipway.simulator.device.CheckInResult;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that can be made to fail. */
class UpdateFaultsTest {

    private CannedUpdates server;
    private UpdatingDevice device;

    @BeforeEach
    void open() throws IOException {
        server = new CannedUpdates();
        device = UpdatingDevice.of(UpdateOptions.of(server.url(), 1));
        server.offer(CannedUpdates.image("2.5.0"));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private DownloadResult update(UpdateFault fault) {
        return update(UpdateFaults.always(fault));
    }

    private DownloadResult update(UpdateFaults faults) {
        device.boot();
        device.checkIn();
        device.faults(faults);
        return device.download();
    }

    private long count(UpdateCount what) {
        return device.report().count(what);
    }

    private void innocent() {
        assertThat(device.report().fleet().findings().broken()).isEmpty();
    }

    @Test
    void badImage() {
        assertThat(update(UpdateFault.BAD_IMAGE)).isInstanceOf(DownloadResult.DownloadFailed.class);
        assertThat(count(UpdateCount.COMPLETE)).isEqualTo(1);
        assertThat(count(UpdateCount.BAD_IMAGES)).isEqualTo(1);
        assertThat(device.truth().image().state()).isEqualTo(ImageState.UNDEFINED);
        // The server is not to blame.
        innocent();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100, 287, 544, 50_000, 99_999, 1_000_000})
    void powerLoss(long place) {
        var faults = UpdateFaults.always(UpdateFault.POWER_LOSS).at(UpdateFault.POWER_LOSS, place);
        assertThat(update(faults)).isEqualTo(new DownloadResult.PowerLost(Math.min(place, 99_999)));
        assertThat(device.power()).isEqualTo(Power.OFF);
        assertThat(count(UpdateCount.CUT)).isEqualTo(1);
        device.faults(UpdateFaults.NONE);
        assertThat(update(UpdateFaults.NONE)).isInstanceOf(DownloadResult.Installed.class);
        innocent();
    }

    @Test
    void cut() {
        var faults = UpdateFaults.always(UpdateFault.CUT).at(UpdateFault.CUT, 77_777);
        assertThat(update(faults))
                .isEqualTo(new DownloadResult.DownloadFailed("Wi-Fi lost at byte 77777"));
        assertThat(device.power()).isEqualTo(Power.ON);
        innocent();
    }

    @Test
    void noStart() {
        assertThat(update(UpdateFault.NO_START)).isInstanceOf(DownloadResult.DownloadFailed.class);
        assertThat(server.downloads()).isEmpty();
    }

    @Test
    void crashBeforeValid() {
        update(UpdateFault.CRASH_BEFORE_VALID);
        assertThat(device.boot()).isEqualTo(Power.OFF);
        assertThat(device.truth().image().version()).isEqualTo("2.5.0");
        assertThat(device.boot()).isEqualTo(Power.ON);
        assertThat(device.truth().image().version()).isEqualTo("2.4.2");
        // The new one never reached the server.
        device.checkIn();
        assertThat(server.checkIns())
                .extracting(checkIn -> checkIn.application().version())
                .containsExactly("2.4.2", "2.4.2");
        assertThat(count(UpdateCount.CRASHES)).isEqualTo(1);
        assertThat(count(UpdateCount.ROLLBACKS)).isEqualTo(1);
    }

    @Test
    void crashOnAnswer() {
        update(UpdateFault.CRASH_ON_ANSWER);
        assertThat(device.boot()).isEqualTo(Power.ON);
        device.checkIn();
        assertThat(device.power()).isEqualTo(Power.OFF);
        server.offerNothing();
        device.boot();
        device.checkIn();
        assertThat(server.checkIns())
                .extracting(checkIn -> checkIn.application().version() + " " + checkIn.slot())
                .containsExactly("2.4.2 ota_0", "2.5.0 ota_1", "2.4.2 ota_0");
        assertThat(device.power()).isEqualTo(Power.ON);
        innocent();
    }

    @Test
    void crashAfterValid() {
        update(UpdateFault.CRASH_AFTER_VALID);
        for (int i = 0; i < 3; i++) {
            assertThat(device.boot()).isEqualTo(Power.ON);
            device.checkIn();
            assertThat(device.truth().image().state()).isEqualTo(ImageState.VALID);
            assertThat(device.behaviour()).isEqualTo(Behaviour.CRASH_AFTER_VALID);
            device.crash();
            device.faults(UpdateFaults.NONE);
        }
        // Another build ends it.
        server.offer(CannedUpdates.image("2.5.1"));
        assertThat(update(UpdateFaults.NONE)).isInstanceOf(DownloadResult.Installed.class);
        device.boot();
        assertThat(device.behaviour()).isEqualTo(Behaviour.GOOD);
    }

    @Test
    void hang() {
        update(UpdateFault.HANG);
        assertThat(device.boot()).isEqualTo(Power.HANGING);
        device.powerOff();
        assertThat(device.boot()).isEqualTo(Power.ON);
        assertThat(device.truth().image().version()).isEqualTo("2.4.2");
    }

    @Test
    void noReturn() {
        update(UpdateFault.NO_RETURN);
        assertThat(device.power()).isEqualTo(Power.GONE);
        device.powerOff();
        assertThat(device.power()).isEqualTo(Power.GONE);
        assertThat(count(UpdateCount.LOST)).isEqualTo(1);
    }

    @Test
    void flashedWithAnotherVersion() {
        device.faults(UpdateFaults.always(UpdateFault.USB_OTHER_VERSION));
        device.mishaps();
        device.boot();
        assertThat(device.truth().image().version()).isEqualTo("9.9.9");
        assertThat(device.truth().image().slot()).isEqualTo("ota_0");
    }

    @Test
    void flashedWithAnotherBuild() {
        String elf = device.truth().image().elfSha256();
        device.faults(UpdateFaults.always(UpdateFault.USB_OTHER_BUILD));
        device.mishaps();
        device.boot();
        assertThat(device.truth().image().version()).isEqualTo("2.4.2");
        assertThat(device.truth().image().elfSha256()).isNotEqualTo(elf);
    }

    @Test
    void erased() {
        device.boot();
        device.checkIn();
        assertThat(device.nvs().get("websocket/token")).isEqualTo("t");
        device.powerOff();
        var before = device.truth();
        device.faults(UpdateFaults.always(UpdateFault.USB_ERASE));
        device.mishaps();
        assertThat(device.truth().clientId())
                .isNotEqualTo(before.clientId())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(device.truth().mac()).isEqualTo(before.mac());
        assertThat(device.nvs().get("websocket/token")).isNull();
        device.boot();
        assertThat(device.truth().image().elfSha256()).isEqualTo(before.image().elfSha256());
    }

    @Test
    void oneOfTheThree() {
        device.faults(UpdateFaults.always(UpdateFault.USB_REFLASH));
        for (int i = 0; i < 20; i++) {
            device.mishaps();
        }
        assertThat(count(UpdateCount.REFLASHES)).isEqualTo(20);
        assertThat(device.wrong()).isEmpty();
    }

    @Test
    void duplicatePost() {
        device.boot();
        device.faults(UpdateFaults.always(UpdateFault.DUPLICATE_POST));
        device.checkIn();
        assertThat(server.requests()).hasSize(2);
        assertThat(server.requests().get(0).body()).isEqualTo(server.requests().get(1).body());
        assertThat(device.wantsUpdate()).isTrue();
        assertThat(count(UpdateCount.OFFERS)).isEqualTo(1);
        assertThat(count(UpdateCount.DUPLICATES)).isEqualTo(1);
    }

    @Test
    void lostPostAndLostAnswer() {
        device.boot();
        device.faults(UpdateFaults.always(UpdateFault.LOST_POST));
        assertThat(device.checkIn()).isInstanceOf(CheckInResult.CheckInFailed.class);
        assertThat(server.requests()).isEmpty();
        device.faults(UpdateFaults.always(UpdateFault.LOST_ANSWER));
        assertThat(device.checkIn()).isInstanceOf(CheckInResult.CheckInFailed.class);
        assertThat(server.requests()).hasSize(1);
        assertThat(device.wantsUpdate()).isFalse();
    }

    // ------------------------------------------------------------ wrecked builds

    /** Uploaded like any other; the device learns it from the bytes. */
    @ParameterizedTest
    @EnumSource(Behaviour.class)
    void theFileSaysHowItBehaves(Behaviour behaviour) {
        server.offer(CannedUpdates.image("2.6.0").thatDoes(behaviour));
        assertThat(update(UpdateFaults.NONE)).isInstanceOf(DownloadResult.Installed.class);
        device.boot();
        assertThat(device.behaviour()).isEqualTo(behaviour);
    }

    /** An image flashed by cable has no trial that could fail. */
    @Test
    void flashedByCableItDoesNotCrashOnTheAnswer() {
        server.offerNothing();
        device.flashByCable(CannedUpdates.image("2.6.0").thatDoes(Behaviour.CRASH_ON_ANSWER));
        device.boot();
        device.checkIn();
        assertThat(device.power()).isEqualTo(Power.ON);
    }

    @Test
    void onOneBoardOnly() {
        server.offer(
                CannedUpdates.image("2.6.0")
                        .thatDoes(Behaviour.CRASH_BEFORE_VALID)
                        .onlyOn("bread-compact-wifi"));
        update(UpdateFaults.NONE);
        assertThat(device.boot()).isEqualTo(Power.OFF);
        device = UpdatingDevice.of(UpdateOptions.of(server.url(), 1).boards("another"));
        update(UpdateFaults.NONE);
        assertThat(device.boot()).isEqualTo(Power.ON);
    }

    @Test
    void aVersionThatIsWreckedWhateverItsFileSays() {
        var wreck = new Wreck("2.5.0", Behaviour.CRASH_BEFORE_VALID, "b");
        for (String board : List.of("a", "b")) {
            device =
                    UpdatingDevice.of(UpdateOptions.of(server.url(), 1).boards(board).wreck(wreck));
            assertThat(device.boot()).isEqualTo(Power.ON);
            device.powerOff();
            update(UpdateFaults.NONE);
            assertThat(device.boot()).isEqualTo(board.equals("b") ? Power.OFF : Power.ON);
        }
    }

    // ------------------------------------------------------------ how they are named

    @Test
    void parsed() {
        UpdateFaults faults =
                UpdateFaults.parse("crash-before-valid=0.1, power-loss@200000=0.05,no-return");
        assertThat(faults.shares())
                .containsEntry(UpdateFault.CRASH_BEFORE_VALID, 0.1)
                .containsEntry(UpdateFault.POWER_LOSS, 0.05)
                .containsEntry(UpdateFault.NO_RETURN, 1.0)
                .hasSize(3);
        assertThat(faults.places()).containsEntry(UpdateFault.POWER_LOSS, 200_000L).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "earthquake", "hang=2", "hang=x", "hang=1.2.3", "hang@5=1", "cut@x=1"})
    void whatIsNoFault(String text) {
        assertThatThrownBy(() -> UpdateFaults.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
