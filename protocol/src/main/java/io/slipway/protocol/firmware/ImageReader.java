package io.slipway.protocol.firmware;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.ImageSource.Stop;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Reads application images and verifies everything that a device verifies before it installs one,
 * plus checks that devices omit.
 *
 * <p>Checked, in this order: the magic byte and that of the description, the number of segments,
 * their lengths, the checksum, the appended hash if there is one, the exact end of the file, a
 * signature; then the chip, the segments' addresses and the texts. This reports damage before its
 * symptoms.
 *
 * <p><b>Signed images</b> (Secure Boot V2, RSA-3072 or ECDSA P-256) are accepted if every block's
 * CRC, digest and signature is right: that proves that the file is complete, not that a device
 * trusts the key, which only its fuses know. P-192 and P-384 are refused, as are Secure Boot V1's
 * 68 bytes, whose key is not in the file. Cutting off exactly the signature's sector yields a
 * well-formed image without a signature, if the image itself ends at a multiple of 4 KiB.
 *
 * <p>An image without an appended hash is accepted too, because devices accept it: see {@link
 * ImageFile#hashAppended}.
 *
 * <p>Never throws because of the contents. A file costs about 25 KiB of memory, 150 at worst,
 * regardless of its size and what its headers claim. Thread-safe: there is no state between calls.
 * Reading blocks, and hashing keeps a processor busy for 1 to 5 ms per megabyte.
 */
public final class ImageReader {

    static final int MAGIC = 0xe9;

    /** The image's header; it is followed by the segments, each with its own header. */
    static final int HEADER = 24;

    static final int SEGMENT_HEADER = 8;
    static final int DESCRIPTION = HEADER + SEGMENT_HEADER;

    /** Up to the description's end. */
    static final int HEAD = DESCRIPTION + Description.LENGTH;

    // Offsets in the header.
    static final int SEGMENT_COUNT = 1;
    static final int ENTRY = 4;
    static final int CHIP = 12;
    static final int MIN_REVISION_OLD = 14;
    static final int MIN_REVISION = 15;
    static final int MAX_REVISION = 17;
    static final int HASH_FLAG = 23;

    static final int HASH = 32;
    static final int CHECKSUM_SEED = 0xef;

    /** The bootloader accepts no segment of this length or more. */
    static final int SEGMENT_LIMIT = 0x100_0000;

    // Secure Boot V1: a version of 0 and an ECDSA signature.
    private static final int SIGNATURE_V1 = 68;
    private static final int BUFFER = 16 * 1024;

    private ImageReader() {}

    /**
     * Reads a file to its end, or to the first error.
     *
     * @param limit the maximum size accepted, in bytes
     * @throws IOException only what the stream itself throws
     */
    public static Inspection read(InputStream in, long limit) throws IOException {
        try {
            return new Inspection.AcceptedImage(only(in, limit));
        } catch (Stop stop) {
            return new Inspection.RefusedFile(stop.refusal);
        }
    }

    /** The same from a channel, which must be in blocking mode. */
    public static Inspection read(ReadableByteChannel channel, long limit) throws IOException {
        return read(Channels.newInputStream(channel), limit);
    }

    /** Like {@link #read}. */
    static AppImage only(InputStream in, long limit) throws IOException, Stop {
        return image(new ImageSource(in, limit), true);
    }

    /** Reads the image with which a partition begins; anything may follow. */
    static AppImage first(InputStream in, long limit) throws IOException, Stop {
        return image(new ImageSource(in, limit), false);
    }

    /** Whether a file begins like an application image. */
    static boolean begins(byte[] head, int length) {
        return length >= HEAD
                && Bytes.u8(head, 0) == MAGIC
                && Description.magicAt(head, DESCRIPTION);
    }

    private static AppImage image(ImageSource source, boolean alone) throws IOException, Stop {
        byte[] head = head(source);
        int count = Bytes.u8(head, SEGMENT_COUNT);
        if (count < 1 || count > AppImage.MAX_SEGMENTS) {
            throw new Stop(Fault.SEGMENT_COUNT, count);
        }
        int hashed = Bytes.u8(head, HASH_FLAG);
        if (hashed > 1) {
            throw new Stop(Fault.HASH_FLAG, hashed);
        }
        var scan = new AddressScan();
        List<Segment> segments = body(source, head, count, scan);
        if (hashed == 1) {
            byte[] expected = source.digest();
            byte[] found = new byte[HASH];
            source.need(found, 0, HASH);
            if (!Arrays.equals(expected, found)) {
                throw new Stop(Fault.HASH);
            }
        }
        return describe(head, segments, end(source, hashed == 1, alone), scan.found());
    }

    private static byte[] head(ImageSource source) throws IOException, Stop {
        byte[] head = new byte[HEAD];
        int length = source.read(head, 0, HEAD);
        if (length == 0) {
            throw new Stop(Fault.EMPTY);
        }
        if (Bytes.u8(head, 0) != MAGIC) {
            throw OtherFileKind.tell(head, length, source);
        }
        if (length < HEAD) {
            throw new Stop(Fault.TRUNCATED, length, HEAD);
        }
        // The description is at the start of the first segment, so it must fit in there.
        if (!Description.magicAt(head, DESCRIPTION)
                || Bytes.u32(head, HEADER + 4) < Description.LENGTH) {
            throw OtherFileKind.tell(head, length, source);
        }
        return head;
    }

    /** The segments and the checksum over them; the description is already in the head. */
    private static List<Segment> body(ImageSource source, byte[] head, int count, AddressScan scan)
            throws IOException, Stop {
        List<Segment> segments = new ArrayList<>(count);
        byte[] buffer = new byte[BUFFER];
        Optional<Chip> chip = Chip.byId(Bytes.u16(head, CHIP));
        int checksum = CHECKSUM_SEED ^ Bytes.xor(head, DESCRIPTION, Description.LENGTH);
        for (int i = 0; i < count; i++) {
            int done = 0;
            if (i == 0) {
                System.arraycopy(head, HEADER, buffer, 0, SEGMENT_HEADER);
                done = Description.LENGTH;
            } else {
                source.need(buffer, 0, SEGMENT_HEADER);
            }
            long length = Bytes.u32(buffer, 4);
            if (length % 4 != 0 || length >= SEGMENT_LIMIT) {
                throw new Stop(Fault.SEGMENT_LENGTH, i, length);
            }
            long address = Bytes.u32(buffer, 0);
            segments.add(new Segment(address, (int) length, source.at() - done));
            boolean constants = chip.isPresent() && chip.get().mapsData(address);
            scan.begin();
            while (done < length) {
                int piece = (int) Math.min(buffer.length, length - done);
                source.need(buffer, 0, piece);
                checksum ^= Bytes.xor(buffer, 0, piece);
                if (constants) {
                    scan.take(buffer, 0, piece);
                }
                done += piece;
            }
        }
        // 0 to 15 bytes of padding, then the checksum as the last byte of a block of 16.
        int padded = (int) (16 - source.at() % 16);
        source.need(buffer, 0, padded);
        int found = Bytes.u8(buffer, padded - 1);
        if (found != checksum) {
            throw new Stop(Fault.CHECKSUM, found, checksum);
        }
        return segments;
    }

    /** Nothing may follow except a signature, if the file is the image alone. */
    private static ImageFile end(ImageSource source, boolean hashed, boolean alone)
            throws IOException, Stop {
        long end = source.at();
        MessageDigest digest = source.snapshot();
        int padding = (int) (-end & (SecureBoot.SECTOR - 1));
        int signed = padding + SecureBoot.SECTOR;
        byte[] rest = new byte[signed + 1];
        int length = source.read(rest, 0, alone ? rest.length : signed);
        if (isSignatureV1(rest, length, alone)) {
            throw new Stop(Fault.SIGNATURE_V1);
        }
        if (length == signed && Bytes.u8(rest, padding) == SecureBoot.MAGIC) {
            digest.update(rest, 0, padding);
            byte[] sector = Arrays.copyOfRange(rest, padding, signed);
            ImageSignature signature = SecureBoot.verify(sector, digest(digest));
            digest.update(sector);
            return new ImageFile(end + signed, hex(digest), hashed, signature);
        }
        if (alone && length > 0) {
            throw new Stop(Fault.TRAILING, end);
        }
        return new ImageFile(end, hex(digest), hashed, ImageSignature.NONE);
    }

    // In a merged image, zeros may be padding.
    private static boolean isSignatureV1(byte[] rest, int length, boolean alone) {
        return (alone ? length == SIGNATURE_V1 : length >= SIGNATURE_V1)
                && Bytes.u32(rest, 0) == 0
                && (alone || !Bytes.all(rest, 0, SIGNATURE_V1, 0));
    }

    private static byte[] digest(MessageDigest running) {
        return ImageSource.copy(running).digest();
    }

    private static String hex(MessageDigest finished) {
        return HexFormat.of().formatHex(finished.digest());
    }

    private static AppImage describe(
            byte[] head, List<Segment> segments, ImageFile file, List<OtaAddress> addresses)
            throws Stop {
        int id = Bytes.u16(head, CHIP);
        Chip chip = Chip.byId(id).orElseThrow(() -> new Stop(Fault.UNKNOWN_CHIP, id));
        long page = chip.page(Bytes.u8(head, DESCRIPTION + Description.PAGE_LOG2));
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            boolean mapped = chip.maps(segment.address());
            if (segment.address() + segment.length() > 1L << 32
                    || (mapped && segment.address() % page != segment.offset() % page)) {
                throw new Stop(Fault.SEGMENT_ADDRESS, i, segment.address());
            }
        }
        int max = Bytes.u16(head, MAX_REVISION);
        return new AppImage(
                chip,
                minRevision(chip, head),
                max == 0 ? AppImage.ANY_REVISION : max,
                Description.read(head, DESCRIPTION),
                file,
                segments,
                addresses);
    }

    // Before ESP-IDF 4.4.4 there was one byte: the minor revision on the C3, else the major one.
    private static int minRevision(Chip chip, byte[] head) {
        int full = Bytes.u16(head, MIN_REVISION);
        int old = Bytes.u8(head, MIN_REVISION_OLD);
        if (full != 0) {
            return full;
        }
        return chip == Chip.ESP32C3 ? old : old * 100;
    }
}
