package io.slipway.protocol.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.Inspection.AcceptedImage;
import io.slipway.protocol.firmware.Inspection.RefusedFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ImageDamageTest {

    private static final ImageWriter SMALL =
            new ImageWriter(Chip.ESP32S3).version("2.4.2").segments(4).size(512).seed(3);

    /** With a hash, every change of every byte is noticed, including the hash's own bytes. */
    @Test
    void noChangedByteStaysUnseenWithAHash() {
        byte[] image = SMALL.hash(true).bytes();
        Images.accepted(image);
        for (int at = 0; at < image.length; at++) {
            for (int change = 1; change < 256; change++) {
                byte[] damaged = Images.with(image, at, image[at] ^ change);
                assertThat(Images.read(damaged)).as("byte %d", at).isInstanceOf(RefusedFile.class);
            }
        }
    }

    /**
     * Without a hash, nothing protects the headers: the flash settings, the entry point, the chip
     * and its revisions, the segments' addresses, the padding, and the last length as far as it
     * extends into padding of zeros. Everything else is noticed, so version and ELF hash can be
     * trusted.
     */
    @Test
    void withoutAHashOnlyHeadersAreFree() {
        byte[] image = SMALL.hash(false).bytes();
        AppImage whole = Images.accepted(image);
        TreeSet<Integer> free = new TreeSet<>();
        for (int at = 2; at <= 22; at++) {
            free.add(at);
        }
        for (Segment segment : whole.segments()) {
            for (int i = 0; i < 4; i++) {
                free.add((int) segment.offset() - 8 + i);
            }
        }
        Segment last = whole.segments().getLast();
        free.add((int) last.offset() - 4);
        for (int at = (int) last.offset() + last.length(); at < image.length - 1; at++) {
            free.add(at);
        }
        TreeSet<Integer> unseen = new TreeSet<>();
        for (int at = 0; at < image.length; at++) {
            for (int change = 1; change < 256; change++) {
                byte[] damaged = Images.with(image, at, image[at] ^ change);
                if (Images.read(damaged) instanceof AcceptedImage(AppImage other)) {
                    unseen.add(at);
                    assertThat(described(other)).isEqualTo(described(whole));
                }
            }
        }
        assertThat(free).containsAll(unseen);
        // Otherwise a reader that refuses everything would pass this test.
        assertThat(unseen).contains(4, 5, 6, 7, 12, 15, 17, 19);
    }

    private static List<Object> described(AppImage image) {
        return List.of(image.description(), image.file().size(), image.segments().size());
    }

    @Test
    void everyCutIsNoticed() {
        for (boolean hash : new boolean[] {true, false}) {
            byte[] image = SMALL.hash(hash).bytes();
            for (int k = 0; k < image.length; k++) {
                ImageRefusal refusal = Images.refused(Arrays.copyOf(image, k));
                assertThat(refusal.reason()).isEqualTo(k == 0 ? Fault.EMPTY : Fault.TRUNCATED);
                assertThat(refusal.en()).contains(k == 0 ? "empty" : " " + k + " bytes");
            }
        }
    }

    @Test
    void noiseNeitherPassesNorThrows() {
        Random random = new Random(5);
        byte[] image = SMALL.hash(false).bytes();
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(2_000)];
            random.nextBytes(noise);
            // How much stays intact: nothing, the magic byte, the head, or the head and first
            // segment.
            int kept = new int[] {0, 1, 36, 288}[random.nextInt(4)];
            System.arraycopy(image, 0, noise, 0, Math.min(kept, noise.length));
            assertThat(Images.read(noise)).isInstanceOf(RefusedFile.class);
        }
    }

    /** Many bytes at once: whatever is claimed, there must be an answer. */
    @Test
    void mutatedImagesNeverThrow() {
        Random random = new Random(6);
        byte[] image = SMALL.hash(false).bytes();
        List<Fault> seen = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            byte[] mutant = Arrays.copyOf(image, image.length + random.nextInt(3));
            for (int changes = random.nextInt(1, 8); changes > 0; changes--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
            }
            byte[] file =
                    random.nextBoolean() && mutant[1] == image[1] ? tryReseal(mutant) : mutant;
            if (Images.read(file) instanceof RefusedFile(ImageRefusal refusal)) {
                seen.add(refusal.reason());
                assertThat(refusal.zh()).isNotBlank();
            }
        }
        assertThat(seen)
                .contains(Fault.CHECKSUM, Fault.TRAILING, Fault.TEXT, Fault.VERSION)
                .contains(Fault.SEGMENT_LENGTH, Fault.SEGMENT_COUNT, Fault.UNKNOWN_CHIP);
    }

    private static byte[] tryReseal(byte[] mutant) {
        try {
            return Images.reseal(mutant);
        } catch (IndexOutOfBoundsException e) {
            return mutant;
        }
    }

    @Test
    void hostileLengthsCostNothing() {
        byte[] image = SMALL.hash(true).bytes();
        for (int at : lengthOffsets(image)) {
            assertThat(reason(Images.with(image, at, 0xff, 0xff, 0xff, 0xff)))
                    .isEqualTo(Fault.SEGMENT_LENGTH);
            assertThat(reason(Images.with(image, at, 0xfc, 0xff, 0xff, 0xff)))
                    .isEqualTo(Fault.SEGMENT_LENGTH);
            assertThat(reason(Images.with(image, at, 0, 0, 0, 0x80)))
                    .isEqualTo(Fault.SEGMENT_LENGTH);
            assertThat(reason(Images.with(image, at, 0, 0, 0, 1))).isEqualTo(Fault.SEGMENT_LENGTH);
            assertThat(reason(Images.with(image, at, 0xfc, 0xff, 0xff, 0)))
                    .isEqualTo(Fault.TRUNCATED);
        }
    }

    /** The description is at the start of the first segment and may not extend beyond it. */
    @Test
    void aFirstSegmentTooShortForADescriptionHasNone() {
        byte[] image = SMALL.hash(true).bytes();
        for (int length = 0; length < 256; length += 4) {
            assertThat(reason(Images.with(image, 28, length, 0))).isEqualTo(Fault.NO_DESCRIPTION);
        }
    }

    /** Reading stops at the limit even if the sender and the image never end. */
    @Test
    void noMoreIsReadThanTheLimitAndOneByte() throws IOException {
        byte[] head = Arrays.copyOf(SMALL.hash(true).bytes(), 288);
        head[1] = 16;
        long[] taken = {0};
        InputStream endless =
                new InputStream() {
                    @Override
                    public int read() {
                        long at = taken[0]++;
                        if (at < head.length) {
                            return head[(int) at] & 0xff;
                        }
                        // Every length is the largest that is allowed.
                        return new int[] {0xfc, 0xff, 0xff, 0}[(int) (at % 4)];
                    }

                    // A few bytes at a time, as from a network.
                    @Override
                    public int read(byte[] into, int from, int length) {
                        int count = Math.min(length, 7);
                        for (int i = 0; i < count; i++) {
                            into[from + i] = (byte) read();
                        }
                        return count;
                    }
                };
        // The first segment's length as well.
        head[28] = (byte) 0xfc;
        head[29] = (byte) 0xff;
        head[30] = (byte) 0xff;
        Inspection seen = ImageReader.read(endless, 1_000_000);
        assertThat(((RefusedFile) seen).refusal().reason()).isEqualTo(Fault.TOO_LARGE);
        assertThat(taken[0]).isEqualTo(1_000_001);
    }

    private static Fault reason(byte[] file) {
        return Images.refused(file).reason();
    }

    private static List<Integer> lengthOffsets(byte[] image) {
        return Images.accepted(image).segments().stream().map(s -> (int) s.offset() - 4).toList();
    }
}
