package io.slipway.simulator.update;

import io.slipway.simulator.board.ImageState;
import io.slipway.simulator.board.PartitionTable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A device's flash and its bootloader: two slots, the boot data, and ESP-IDF's handling of them
 * when rollback is enabled (update-rules F7, F8, F13). Not thread-safe.
 */
final class Flash {

    /** Why the bootloader starts an image. */
    enum BootStart {
        /** The same as before. */
        SAME,
        /** A new one, on trial. */
        TRIAL,
        /** The previous one, because the trial ended without being marked valid. */
        ROLLED_BACK
    }

    /** The result of {@code esp_ota_begin}. */
    enum Begin {
        READY,
        /** {@code esp_ota_get_next_update_partition} is null: the table has no slots. */
        NO_SLOT,
        /** {@code ESP_ERR_OTA_ROLLBACK_INVALID_STATE}: the running image is on trial itself. */
        ON_TRIAL
    }

    private final PartitionTable table;
    private final @Nullable Flashed[] slots = new Flashed[2];
    private final ImageState[] states = {ImageState.UNDEFINED, ImageState.UNDEFINED};
    private int running;
    private int next;

    Flash(PartitionTable table, Flashed image) {
        this.table = table;
        slots[0] = image;
    }

    Flashed image() {
        return Objects.requireNonNull(slots[running]);
    }

    ImageState state() {
        return states[running];
    }

    String label() {
        return table.slot(running);
    }

    /** The size of the other slot in bytes, 0 if there is none. */
    long room() {
        return table.slotSize();
    }

    /** Runs the bootloader. */
    BootStart start() {
        if (states[running] == ImageState.PENDING_VERIFY) {
            states[running] = ImageState.ABORTED;
            running = 1 - running;
            next = running;
            return BootStart.ROLLED_BACK;
        }
        if (next == running) {
            return BootStart.SAME;
        }
        running = next;
        states[running] = ImageState.PENDING_VERIFY;
        return BootStart.TRIAL;
    }

    /** Erases the other slot for the next image. */
    Begin begin() {
        if (room() == 0) {
            return Begin.NO_SLOT;
        }
        if (states[running] == ImageState.PENDING_VERIFY) {
            return Begin.ON_TRIAL;
        }
        slots[1 - running] = null;
        states[1 - running] = ImageState.UNDEFINED;
        next = running;
        return Begin.READY;
    }

    /** The image is in the other slot and verified: it boots next. */
    void end(Flashed image) {
        if (states[running] == ImageState.PENDING_VERIFY || room() == 0) {
            throw new IllegalStateException("no write was started");
        }
        slots[1 - running] = image;
        states[1 - running] = ImageState.NEW;
        next = 1 - running;
    }

    void markValid() {
        if (states[running] == ImageState.PENDING_VERIFY) {
            states[running] = ImageState.VALID;
        }
    }

    /** Flashed by cable: first slot, blank boot data. */
    void cable(Flashed image) {
        slots[0] = image;
        states[0] = ImageState.UNDEFINED;
        states[1] = ImageState.UNDEFINED;
        running = 0;
        next = 0;
    }

    /** A state that must never occur; empty if all is well. */
    String wrong() {
        if (slots[running] == null) {
            return "runs an empty slot";
        }
        if (states[running] == ImageState.ABORTED || states[running] == ImageState.NEW) {
            return "runs an image that is " + states[running];
        }
        ImageState other = states[1 - running];
        if (other == ImageState.PENDING_VERIFY) {
            return "the slot that does not run is on trial";
        }
        boolean trial = states[running] == ImageState.PENDING_VERIFY;
        if (trial && slots[1 - running] == null) {
            return "on trial with no image to roll back to";
        }
        if (next != running && (slots[next] == null || other != ImageState.NEW)) {
            return "will start an unverified image";
        }
        return "";
    }
}
