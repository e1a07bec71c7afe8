package io.slipway.simulator.board;

/** What the boot data says of the image in a slot ({@code esp_ota_img_states_t}). */
public enum ImageState {
    /** Flashed by cable: nobody has judged it, and nobody will. */
    UNDEFINED,
    /** Written and not booted yet. */
    NEW,
    /** Boots for the first time; the next start goes back unless it is marked valid. */
    PENDING_VERIFY,
    VALID,
    /** Was not marked valid in its one chance. */
    ABORTED
}
