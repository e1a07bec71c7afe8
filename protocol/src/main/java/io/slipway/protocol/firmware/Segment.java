package io.slipway.protocol.firmware;

/**
 * A segment of an image, as its header describes it.
 *
 * @param address where the chip finds it at run time, 0 to 2^32-1
 * @param length in bytes, a multiple of 4, under 16 MiB
 * @param offset of its first byte in the file
 */
public record Segment(long address, int length, long offset) {

    public Segment {
        if (address < 0 || address > 0xffff_ffffL || length < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "a segment of " + length + " bytes at " + offset + " for " + address);
        }
    }
}
