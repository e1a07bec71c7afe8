package io.slipway.simulator.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.board.ImageState;
import io.slipway.simulator.board.PartitionTable;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlashTest {

    private static final Flashed OLD = FirmwareFile.of(Chip.ESP32S3, "1.0.0").flashed();
    private static final Flashed NEW = FirmwareFile.of(Chip.ESP32S3, "1.0.1").flashed();

    private static Flash flash() {
        return new Flash(PartitionTable.V2_16M, OLD);
    }

    @Test
    void aTrialThatIsPassed() {
        Flash flash = flash();
        assertThat(flash.start()).isEqualTo(Flash.BootStart.SAME);
        assertThat(flash.begin()).isEqualTo(Flash.Begin.READY);
        flash.end(NEW);
        assertThat(flash.image()).isEqualTo(OLD);
        assertThat(flash.start()).isEqualTo(Flash.BootStart.TRIAL);
        assertThat(flash.image()).isEqualTo(NEW);
        assertThat(flash.label()).isEqualTo("ota_1");
        assertThat(flash.begin()).isEqualTo(Flash.Begin.ON_TRIAL);
        flash.markValid();
        assertThat(flash.state()).isEqualTo(ImageState.VALID);
        assertThat(flash.start()).isEqualTo(Flash.BootStart.SAME);
        assertThat(flash.image()).isEqualTo(NEW);
    }

    @Test
    void aTrialWithoutAVerdict() {
        Flash flash = flash();
        flash.begin();
        flash.end(NEW);
        flash.start();
        assertThat(flash.start()).isEqualTo(Flash.BootStart.ROLLED_BACK);
        assertThat(flash.image()).isEqualTo(OLD);
        assertThat(flash.start()).isEqualTo(Flash.BootStart.SAME);
        assertThat(flash.image()).isEqualTo(OLD);
    }

    @Test
    void aDownloadThatDoesNotEndLeavesTheOldOne() {
        Flash flash = flash();
        flash.begin();
        assertThat(flash.start()).isEqualTo(Flash.BootStart.SAME);
        assertThat(flash.image()).isEqualTo(OLD);
    }

    @Test
    void theCableEndsATrial() {
        Flash flash = flash();
        flash.begin();
        flash.end(NEW);
        flash.start();
        flash.cable(OLD);
        assertThat(flash.start()).isEqualTo(Flash.BootStart.SAME);
        assertThat(flash.state()).isEqualTo(ImageState.UNDEFINED);
        assertThat(flash.label()).isEqualTo("ota_0");
    }

    @Test
    void noSlots() {
        var flash = new Flash(PartitionTable.V2_4M, OLD);
        assertThat(flash.begin()).isEqualTo(Flash.Begin.NO_SLOT);
        assertThat(flash.label()).isEqualTo("factory");
        assertThatThrownBy(() -> flash.end(NEW)).isInstanceOf(IllegalStateException.class);
    }

    /** In any order. */
    @Test
    void alwaysLegal() {
        long seed = Long.getLong("slipway.seed", System.nanoTime());
        var random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            Flash flash = flash();
            StringBuilder steps = new StringBuilder();
            for (int j = 0; j < 30; j++) {
                int step = random.nextInt(5);
                steps.append(step);
                switch (step) {
                    case 0 -> flash.start();
                    case 1 -> flash.begin();
                    case 2 -> {
                        if (flash.begin() == Flash.Begin.READY) {
                            flash.end(random.nextBoolean() ? OLD : NEW);
                        }
                    }
                    case 3 -> flash.markValid();
                    default -> flash.cable(random.nextBoolean() ? OLD : NEW);
                }
                assertThat(flash.wrong()).as("seed %d, steps %s", seed, steps).isEmpty();
            }
        }
    }
}
