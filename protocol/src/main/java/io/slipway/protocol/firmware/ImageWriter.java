package io.slipway.protocol.firmware;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Writes application images that are well-formed in every respect but one: the segments contain
 * noise, so a chip could not run them. For tests, simulations and benchmarks.
 *
 * <p>The same settings yield the same bytes. Setters throw {@link IllegalArgumentException} for
 * what no image can contain. Not thread-safe.
 */
public final class ImageWriter {

    // Room for code that a bootloader would copy; the rest of a large image is mapped flash.
    private static final int RAM_SEGMENT = 16 * 1024;
    private static final int PIECE = 8 * 1024;
    private static final int MAX_CONSTANTS = 4 * 1024;

    private final Chip chip;
    private String version = "1.0.0";
    private String project = "xiaozhi";
    private String idfVersion = "v5.4.1";
    private String date = "Aug  6 2026";
    private String time = "12:34:56";
    private long secureVersion;
    private byte[] elfSha256 = new byte[0];
    private byte[] constants = new byte[0];
    private int minRevision;
    private int maxRevision = 199;
    private int segments = 4;
    private long size = 8 * 1024;
    private boolean hash = true;
    private long seed;

    /** An image of 8 KiB, version 1.0.0, with a hash. */
    public ImageWriter(Chip chip) {
        this.chip = chip;
    }

    /** Up to 31 bytes; any text, to test how devices handle bad ones. */
    public ImageWriter version(String version) {
        this.version = fits(version, Description.LONG_TEXT);
        return this;
    }

    /** Up to 31 bytes of UTF-8. */
    public ImageWriter project(String project) {
        this.project = fits(project, Description.LONG_TEXT);
        return this;
    }

    /** Up to 31 bytes of UTF-8. */
    public ImageWriter idfVersion(String idfVersion) {
        this.idfVersion = fits(idfVersion, Description.LONG_TEXT);
        return this;
    }

    /** In C's format, {@code Aug 6 2026} and {@code 12:34:56}; up to 15 bytes each. */
    public ImageWriter compiled(String date, String time) {
        this.date = fits(date, Description.SHORT_TEXT);
        this.time = fits(time, Description.SHORT_TEXT);
        return this;
    }

    /** 0 to 2^32-1. */
    public ImageWriter secureVersion(long secureVersion) {
        check(secureVersion >= 0 && secureVersion <= 0xffff_ffffL, secureVersion);
        this.secureVersion = secureVersion;
        return this;
    }

    /** 64 hex digits. By default derived from the seed. */
    public ImageWriter elfSha256(String hex) {
        check(hex.length() == 64, hex.length());
        this.elfSha256 = HexFormat.of().parseHex(hex);
        return this;
    }

    /** The bytes after the description, at byte 288 of the file, instead of noise; up to 4 KiB. */
    public ImageWriter constants(byte[] bytes) {
        check(bytes.length <= MAX_CONSTANTS, bytes.length);
        this.constants = bytes.clone();
        return this;
    }

    /** Major × 100 + minor, 0 to 65535 each. */
    public ImageWriter revisions(int min, int max) {
        check(min >= 0 && min <= 0xffff, min);
        check(max >= 0 && max <= 0xffff, max);
        this.minRevision = min;
        this.maxRevision = max;
        return this;
    }

    /** 1 to 16. Every second one, starting with the first, is mapped flash; the others are RAM. */
    public ImageWriter segments(int segments) {
        check(segments >= 1 && segments <= AppImage.MAX_SEGMENTS, segments);
        this.segments = segments;
        return this;
    }

    /** The file's size in bytes, rounded up to a multiple of 16, as the format requires. */
    public ImageWriter size(long size) {
        check(size >= 0, size);
        this.size = size;
        return this;
    }

    /** Whether the image contains its own SHA-256, as all that ESP-IDF builds do by default. */
    public ImageWriter hash(boolean hash) {
        this.hash = hash;
        return this;
    }

    /** The source of the noise and the ELF's hash. */
    public ImageWriter seed(long seed) {
        this.seed = seed;
        return this;
    }

    /** The image in memory. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Writes the image, a few kilobytes at a time. The stream stays open.
     *
     * @throws IllegalArgumentException when the size is too small or too large for the segments
     */
    public void write(OutputStream out) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int[] lengths = lengths(random);
        MessageDigest digest = ImageSource.sha256();
        byte[] buffer = header(lengths.length);
        emit(out, digest, buffer, buffer.length);
        long at = buffer.length;
        int checksum = ImageReader.CHECKSUM_SEED;
        buffer = new byte[PIECE];
        for (int i = 0; i < lengths.length; i++) {
            at += ImageReader.SEGMENT_HEADER;
            Bytes.putU32(buffer, 0, address(i, at));
            Bytes.putU32(buffer, 4, lengths[i]);
            emit(out, digest, buffer, ImageReader.SEGMENT_HEADER);
            int done = 0;
            if (i == 0) {
                byte[] description = description(random);
                checksum ^= Bytes.xor(description, 0, description.length);
                emit(out, digest, description, description.length);
                checksum ^= Bytes.xor(constants, 0, constants.length);
                emit(out, digest, constants, constants.length);
                done = description.length + constants.length;
            }
            while (done < lengths[i]) {
                random.nextBytes(buffer);
                int piece = Math.min(buffer.length, lengths[i] - done);
                checksum ^= Bytes.xor(buffer, 0, piece);
                emit(out, digest, buffer, piece);
                done += piece;
            }
            at += lengths[i];
        }
        byte[] padding = new byte[(int) (16 - at % 16)];
        padding[padding.length - 1] = (byte) checksum;
        emit(out, digest, padding, padding.length);
        if (hash) {
            out.write(digest.digest());
        }
    }

    private static void emit(OutputStream out, MessageDigest digest, byte[] bytes, int length)
            throws IOException {
        digest.update(bytes, 0, length);
        out.write(bytes, 0, length);
    }

    /** The lengths of the segments that add up to the file's size. */
    private int[] lengths(SplittableRandom random) {
        long end = ((size + 15) & ~15L) - (hash ? ImageReader.HASH : 0);
        long padding = 4 * random.nextLong(1, 5);
        long data =
                end - padding - ImageReader.HEADER - (long) segments * ImageReader.SEGMENT_HEADER;
        long free = data - Description.LENGTH;
        int flash = (segments + 1) / 2;
        int ram = (int) Math.min(RAM_SEGMENT, Math.max(0, free) / (4L * segments)) & ~3;
        long mapped = free - (long) ram * (segments - flash);
        long each = (mapped / flash) & ~3L;
        long first = Description.LENGTH + mapped - each * (flash - 1);
        if (free < 0
                || first < Description.LENGTH + constants.length
                || first >= ImageReader.SEGMENT_LIMIT) {
            throw new IllegalArgumentException(size + " bytes in " + segments + " segments");
        }
        int[] lengths = new int[segments];
        for (int i = 0; i < segments; i++) {
            lengths[i] = (int) (i == 0 ? first : i % 2 == 0 ? each : ram);
        }
        return lengths;
    }

    private long address(int segment, long offset) {
        if (segment == 0) {
            return chip.dataAddress(offset);
        }
        return segment % 2 == 0
                ? chip.codeAddress(offset)
                : chip.ram() + (long) segment * RAM_SEGMENT;
    }

    private byte[] header(int count) {
        byte[] header = new byte[ImageReader.HEADER];
        header[0] = (byte) ImageReader.MAGIC;
        header[ImageReader.SEGMENT_COUNT] = (byte) count;
        // DIO, 80 MHz, 16 MB: as on nearly all of these boards. Devices ignore it.
        header[2] = 2;
        header[3] = 0x4f;
        Bytes.putU32(header, ImageReader.ENTRY, chip.ram());
        // No write-protect pin.
        header[8] = (byte) 0xee;
        Bytes.putU16(header, ImageReader.CHIP, chip.id());
        int old = chip == Chip.ESP32C3 ? minRevision : minRevision / 100;
        header[ImageReader.MIN_REVISION_OLD] = (byte) Math.min(old, 0xff);
        Bytes.putU16(header, ImageReader.MIN_REVISION, minRevision);
        Bytes.putU16(header, ImageReader.MAX_REVISION, maxRevision);
        header[ImageReader.HASH_FLAG] = (byte) (hash ? 1 : 0);
        return header;
    }

    private byte[] description(SplittableRandom random) {
        byte[] description = new byte[Description.LENGTH];
        Bytes.putU32(description, 0, Description.MAGIC);
        Bytes.putU32(description, Description.SECURE_VERSION, secureVersion);
        put(description, Description.VERSION, version);
        put(description, Description.PROJECT, project);
        put(description, Description.TIME, time);
        put(description, Description.DATE, date);
        put(description, Description.IDF_VERSION, idfVersion);
        byte[] elf = elfSha256;
        if (elf.length == 0) {
            elf = new byte[32];
            random.nextBytes(elf);
        }
        System.arraycopy(elf, 0, description, Description.ELF_SHA256, elf.length);
        // 64 KiB, the page size that all chips support.
        description[Description.PAGE_LOG2] = 16;
        return description;
    }

    private static void put(byte[] into, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, into, at, bytes.length);
    }

    private static String fits(String text, int room) {
        check(text.getBytes(StandardCharsets.UTF_8).length < room, text);
        return text;
    }

    private static void check(boolean good, Object value) {
        if (!good) {
            throw new IllegalArgumentException("an image can't hold " + value);
        }
    }
}
