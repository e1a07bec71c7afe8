package io.slipway.firmware;

/**
 * The chips that an image runs on. Revisions are in hundreds and units, as the chip reports them.
 *
 * @param model as devices report it, for example {@code esp32s3}
 * @param minRevision the oldest silicon
 * @param maxRevision the newest; 0 for no limit
 */
public record ChipRange(String model, int minRevision, int maxRevision) {

    public boolean allows(int revision) {
        return revision >= minRevision && (maxRevision == 0 || revision <= maxRevision);
    }
}
