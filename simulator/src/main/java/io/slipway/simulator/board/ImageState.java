package io.slipway.simulator.board;

/** The state of a slot's image in the boot data ({@code esp_ota_img_states_t}). */
public enum ImageState {
    /** Flashed by cable: never verified. */
    UNDEFINED,
    /** Written, but not booted yet. */
    NEW,
    /** First boot; the next one rolls back unless the image is marked valid. */
    PENDING_VERIFY,
    VALID,
    /** Was not marked valid at its first boot. */
    ABORTED
}
