package io.slipway.simulator.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.simulator.board.Hardware;
import io.slipway.simulator.board.ImageState;
import io.slipway.simulator.board.Power;
import io.slipway.simulator.strict.RuleBroken;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever the server sends and whatever fails, a device runs an image that was verified, and
 * reports it.
 */
class UpdatePropertyTest {

    private static final int DEVICES = 80;
    private static final int STEPS = 40;

    private static final List<String> BOARDS =
            List.of("a", "b:esp32c3:v2-16m-c3", "c:esp32s3:v2-8m", "d:esp32s3:v2-4m", "e-ml307");
    private static final List<String> VERSIONS =
            List.of("1.5.6", "1.6.1", "1.7.7", "1.8.0", "1.9.4", "2.0.0", "2.4.2");

    private final long seed = Long.getLong("slipway.seed", System.nanoTime());
    private final Random random = new Random(seed);
    // Everything that any device could have received, by its ELF hash.
    private final Map<String, String> versions = new HashMap<>();
    private int installs;
    private int rollbacks;

    @Test
    void alwaysLegal() throws IOException {
        for (int i = 0; i < DEVICES; i++) {
            try (var server = new CannedUpdates()) {
                live(server, i);
            }
        }
        assertThat(installs).as("not everything fails").isGreaterThan(DEVICES);
        assertThat(rollbacks).isGreaterThan(DEVICES / 4);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private UpdateFaults faults() {
        var shares = new EnumMap<UpdateFault, Double>(UpdateFault.class);
        for (UpdateFault fault : UpdateFault.values()) {
            // That would be permanent.
            if (fault != UpdateFault.NO_RETURN && random.nextInt(3) == 0) {
                shares.put(fault, random.nextDouble() * 0.4);
            }
        }
        return new UpdateFaults(shares, Map.of());
    }

    private void live(CannedUpdates server, int index) {
        String board = any(BOARDS);
        UpdatingDevice device =
                UpdatingDevice.of(
                        UpdateOptions.of(server.url(), 1)
                                .boards(board)
                                .versions(any(VERSIONS))
                                .seed(seed + index)
                                .faults(faults()));
        Hardware hardware = Hardware.parse(board);
        know(hardware, Shelf.factory(hardware, device.profile().version()));
        know(hardware, Shelf.factory(hardware, "9.9.9"));
        StringBuilder steps = new StringBuilder();
        for (int i = 0; i < STEPS; i++) {
            String step = step(server, device, board);
            steps.append(step).append(' ');
            check(server, device, "seed %d, device %d: %s".formatted(seed, index, steps));
        }
        installs += device.truth().installs();
        rollbacks += device.truth().rollbacks();
    }

    private void know(Hardware hardware, FirmwareFile file) {
        versions.put(file.elfSha256(), file.version());
        // Flashed by cable: other builds of the running version.
        for (int build = 1; build < 4; build++) {
            FirmwareFile other = Shelf.factory(hardware, file.version()).withElfSeed(build);
            versions.put(other.elfSha256(), file.version());
        }
    }

    private String step(CannedUpdates server, UpdatingDevice device, String board) {
        if (random.nextInt(3) == 0) {
            mood(server, board);
        }
        if (device.power() == Power.OFF) {
            device.mishaps();
            return "boot:" + device.boot();
        }
        if (device.power() == Power.HANGING || random.nextInt(8) == 0) {
            device.powerOff();
            return "off";
        }
        if (device.wantsUpdate()) {
            return "download:" + device.download().getClass().getSimpleName();
        }
        if (random.nextInt(10) == 0) {
            device.crash();
            return "crash";
        }
        try {
            return "ask:" + device.checkIn().getClass().getSimpleName();
        } catch (RuleBroken e) {
            return "broken:" + e.rule();
        }
    }

    private void mood(CannedUpdates server, String board) {
        server.status(random.nextInt(5) == 0 ? 500 : 200);
        Hardware hardware = Hardware.parse(board);
        FirmwareFile file =
                FirmwareFile.of(hardware.chip(), "2." + random.nextInt(9) + "." + random.nextInt(9))
                        .withSize(8192 + random.nextInt(60_000))
                        .withElfSeed(random.nextInt(3))
                        .thatDoes(any(List.of(Behaviour.values())));
        know(hardware, file);
        switch (random.nextInt(6)) {
            case 0 -> server.offerNothing();
            case 1 -> server.offer(file, true);
            case 2 -> server.insist("2.9.9", server.put(file), random.nextBoolean());
            case 3 -> {
                byte[] bytes = file.bytes();
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                String path = server.put(file) + "-damaged";
                server.serve(path, bytes);
                server.insist(file.version(), path, false);
            }
            case 4 -> server.insist("2.9.9", "/fw/nothing", false);
            default -> server.offer(file);
        }
    }

    private void check(CannedUpdates server, UpdatingDevice device, String story) {
        assertThat(device.wrong()).as(story).isEmpty();
        UpdatingDevice.Truth truth = device.truth();
        // What runs was verified, because a byte changed on the way changes the hash.
        assertThat(versions.get(truth.image().elfSha256()))
                .as(story)
                .isEqualTo(truth.image().version());
        assertThat(device.profile().version()).as(story).isEqualTo(truth.image().version());
        assertThat(truth.power() == Power.ON && truth.image().state() == ImageState.NEW)
                .as(story)
                .isFalse();
        boolean asked = story.endsWith("ask:Ready ");
        if (asked) {
            var said = server.lastCheckIn();
            assertThat(said.application().elfSha256())
                    .as(story)
                    .isEqualTo(truth.image().elfSha256());
            assertThat(said.slot()).as(story).isEqualTo(truth.image().slot());
            assertThat(said.application().version()).as(story).isEqualTo(truth.image().version());
        }
        if (asked && truth.power() == Power.ON && !device.wantsUpdate()) {
            assertThat(truth.image().state()).as(story).isNotEqualTo(ImageState.PENDING_VERIFY);
        }
    }
}
