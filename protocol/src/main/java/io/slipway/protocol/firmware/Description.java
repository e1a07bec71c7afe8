package io.slipway.protocol.firmware;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.ImageSource.Stop;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The 256 bytes at offset 32 that describe an application ({@code esp_app_desc_t}).
 *
 * @param secureVersion the anti-rollback counter, 0 to 2^32-1
 * @param version as the device will report it
 * @param project {@code xiaozhi} for the public firmware; may be empty
 * @param time of the compilation, {@code 12:34:56}; empty in reproducible builds
 * @param date of the compilation in C's format, {@code Aug 6 2026}; empty in reproducible builds
 * @param idfVersion for example {@code v5.4.1}; may be empty
 * @param elfSha256 64 lower-case hex digits, never all zero; the device reports it as {@code
 *     elf_sha256}. It is a hash of the ELF file, not of the image.
 */
public record Description(
        long secureVersion,
        FirmwareVersion version,
        String project,
        String time,
        String date,
        String idfVersion,
        String elfSha256) {

    static final int LENGTH = 256;
    static final long MAGIC = 0xabcd_5432L;

    // Offsets inside the description.
    static final int SECURE_VERSION = 4;
    static final int VERSION = 16;
    static final int PROJECT = 48;
    static final int TIME = 80;
    static final int DATE = 96;
    static final int IDF_VERSION = 112;
    static final int ELF_SHA256 = 144;
    static final int PAGE_LOG2 = 180;

    static final int LONG_TEXT = 32;
    static final int SHORT_TEXT = 16;

    /**
     * The compilation time in the format of the device's check-in, {@code Aug 6 2026T12:34:56Z}.
     */
    public String compileTime() {
        return date + "T" + time + "Z";
    }

    static boolean magicAt(byte[] bytes, int at) {
        return Bytes.u32(bytes, at) == MAGIC;
    }

    static Description read(byte[] bytes, int at) throws Stop {
        String version = text(bytes, at + VERSION, LONG_TEXT, "version");
        if (!FirmwareVersion.uploadable(version)) {
            throw new Stop(Fault.VERSION, version);
        }
        String project = text(bytes, at + PROJECT, LONG_TEXT, "project_name");
        String time = text(bytes, at + TIME, SHORT_TEXT, "time");
        String date = text(bytes, at + DATE, SHORT_TEXT, "date");
        String idfVersion = text(bytes, at + IDF_VERSION, LONG_TEXT, "idf_ver");
        int elf = at + ELF_SHA256;
        if (Bytes.all(bytes, elf, elf + 32, 0)) {
            throw new Stop(Fault.NO_ELF_HASH);
        }
        return new Description(
                Bytes.u32(bytes, at + SECURE_VERSION),
                FirmwareVersion.parse(version).orElseThrow(),
                project,
                time,
                date,
                idfVersion,
                HexFormat.of().formatHex(bytes, elf, elf + 32));
    }

    /**
     * A field up to its NUL. A field without one is refused: the device would read on into the
     * next, report a version that nobody uploaded, and be offered its own build forever.
     */
    private static String text(byte[] bytes, int from, int room, String field) throws Stop {
        int length = 0;
        while (length < room && bytes[from + length] != 0) {
            length++;
        }
        if (length == room) {
            throw new Stop(Fault.TEXT, field);
        }
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes, from, length))
                            .toString();
            if (text.codePoints().allMatch(Description::printable)) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // Not UTF-8: refused below, like any other text that can't be displayed.
        }
        throw new Stop(Fault.TEXT, field);
    }

    static boolean printable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
