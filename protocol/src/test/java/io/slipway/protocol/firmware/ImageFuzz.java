package io.slipway.protocol.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.firmware.Inspection.AcceptedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Firmware, as uploaded: images, merged images, and zips. */
public final class ImageFuzz {

    /** Small, so that the limit is reached too. */
    private static final int LIMIT = 64 * 1024;

    private ImageFuzz() {}

    /** Reads one file as it is, and once more with the right checksum and hash. */
    public static void fuzzerTestOneInput(byte[] file) {
        check(file);
        release(file);
        // A fuzzer guesses no checksum of a zip either.
        release(Releases.zip("a.bin", file));
        // A fuzzer does not guess a SHA-256: without this, nothing behind it would be reached.
        if (whole(file)) {
            check(Images.reseal(file));
        }
    }

    private static void release(byte[] file) {
        Inspection read = Releases.read(file, LIMIT);
        assertThat(Releases.read(file, LIMIT)).isEqualTo(read);
        if (read instanceof AcceptedImage(AppImage image)) {
            Releases.Taken taken = Releases.taken(file);
            assertThat(taken.bytes().length).isLessThanOrEqualTo(LIMIT);
            assertThat(taken.image()).isEqualTo(image);
            assertThat(Images.read(taken.bytes(), LIMIT)).isEqualTo(read);
        }
    }

    private static void check(byte[] file) {
        Inspection read = Images.read(file, LIMIT);
        assertThat(Images.read(file, LIMIT)).isEqualTo(read);
        if (read instanceof AcceptedImage(AppImage image)) {
            assertThat(file.length).isLessThanOrEqualTo(LIMIT);
            assertThat(image.file().size()).isEqualTo(file.length);
            for (Segment segment : image.segments()) {
                assertThat(segment.offset() + segment.length()).isLessThanOrEqualTo(file.length);
            }
            Description told = image.description();
            for (String text : new String[] {told.project(), told.idfVersion()}) {
                assertThat(text).hasSizeLessThanOrEqualTo(32);
                assertThat(text.codePoints()).noneMatch(Character::isISOControl);
            }
        }
    }

    // Whether the segments, the checksum and the hash are where reseal expects them.
    private static boolean whole(byte[] file) {
        if (file.length < ImageReader.HEAD || file[1] < 1 || file[1] > AppImage.MAX_SEGMENTS) {
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long at = ImageReader.HEADER;
        for (int i = 0; i < file[1]; i++) {
            if (at + ImageReader.SEGMENT_HEADER > file.length) {
                return false;
            }
            int length = in.getInt((int) at + 4);
            at += ImageReader.SEGMENT_HEADER + (length & 0xffff_ffffL);
            if (at > file.length) {
                return false;
            }
        }
        return at / 16 * 16 + 16 + (file[ImageReader.HASH_FLAG] == 1 ? ImageReader.HASH : 0)
                <= file.length;
    }
}
