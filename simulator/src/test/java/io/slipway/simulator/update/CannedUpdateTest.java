package io.slipway.simulator.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.simulator.board.Power;
import io.slipway.simulator.count.Finding;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A device and a server whose every reply a test decides. */
abstract class CannedUpdateTest {

    CannedUpdates server;

    @BeforeEach
    void open() throws IOException {
        server = new CannedUpdates();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    final UpdatingDevice device(String version) {
        return device(version, "bread-compact-wifi");
    }

    final UpdatingDevice device(String version, String board) {
        return UpdatingDevice.of(UpdateOptions.of(server.url(), 1).versions(version).boards(board));
    }

    static FirmwareFile image(String version) {
        return CannedUpdates.image(version);
    }

    /** Boots, checks in, and accepts what it is offered. */
    static DownloadResult update(UpdatingDevice device) {
        assertThat(device.boot()).isEqualTo(Power.ON);
        device.checkIn();
        assertThat(device.wantsUpdate()).isTrue();
        return device.download();
    }

    static List<String> broken(UpdatingDevice device) {
        return device.report().fleet().findings().broken().stream().map(Finding::rule).toList();
    }

    static long count(UpdatingDevice device, UpdateCount what) {
        return device.report().count(what);
    }
}
