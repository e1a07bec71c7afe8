package io.slipway.simulator.update;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.ImageReader;
import io.slipway.protocol.firmware.ImageWriter;
import io.slipway.protocol.firmware.Inspection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A well-formed application image for simulated devices. The same settings yield the same bytes,
 * and two that differ in anything but the size are different builds.
 *
 * @param version the image's version; devices accept only digits and dots
 * @param project {@code xiaozhi} for the public firmware
 * @param size in bytes, rounded up to a multiple of 16; at least 8 KiB
 * @param elfSeed distinguishes builds of the same version
 * @param behaviour its behaviour on devices
 * @param board the only one on which it misbehaves, {@code ""} for all
 * @param home the compiled-in OTA address, {@code ""} for none; simulated devices use the one in
 *     their settings
 */
public record FirmwareFile(
        Chip chip,
        String version,
        String project,
        long size,
        long elfSeed,
        Behaviour behaviour,
        String board,
        String home) {

    public static final long SMALLEST = 8 * 1024;
    public static final long LARGEST = 32L << 20;

    /** The default, in a reserved domain. */
    public static final String HOME = "http://ota.test/xiaozhi/ota/";

    private static final int HOME_MOST = 200;

    public FirmwareFile {
        if (size < SMALLEST || size > LARGEST) {
            throw new IllegalArgumentException("an image of 8 KiB to 32 MiB, not " + size);
        }
        if (board.length() > 64) {
            throw new IllegalArgumentException("not a board name: " + board);
        }
        if (home.length() > HOME_MOST) {
            throw new IllegalArgumentException("an address of at most 200 characters");
        }
    }

    /** A working image of 64 KiB. */
    public static FirmwareFile of(Chip chip, String version) {
        return new FirmwareFile(chip, version, "xiaozhi", 64 * 1024, 0, Behaviour.GOOD, "", HOME);
    }

    public FirmwareFile withProject(String newProject) {
        return new FirmwareFile(chip, version, newProject, size, elfSeed, behaviour, board, home);
    }

    public FirmwareFile withSize(long newSize) {
        return new FirmwareFile(chip, version, project, newSize, elfSeed, behaviour, board, home);
    }

    public FirmwareFile withElfSeed(long newSeed) {
        return new FirmwareFile(chip, version, project, size, newSeed, behaviour, board, home);
    }

    public FirmwareFile thatDoes(Behaviour newBehaviour) {
        return new FirmwareFile(chip, version, project, size, elfSeed, newBehaviour, board, home);
    }

    /** A copy that misbehaves on this board only. */
    public FirmwareFile onlyOn(String newBoard) {
        return new FirmwareFile(chip, version, project, size, elfSeed, behaviour, newBoard, home);
    }

    /** A copy with this OTA address compiled in. */
    public FirmwareFile leadingTo(String newHome) {
        return new FirmwareFile(chip, version, project, size, elfSeed, behaviour, board, newHome);
    }

    /** What devices will report as {@code elf_sha256}. */
    public String elfSha256() {
        String name =
                String.join("|", chip.model(), version, project, behaviour.label(), board)
                        + "|"
                        + elfSeed
                        + (home.equals(HOME) ? "" : "|" + home);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] constants() {
        var all = new ByteArrayOutputStream();
        all.writeBytes(new Marker(behaviour, board).bytes());
        all.writeBytes(("\0" + home + "\0").getBytes(UTF_8));
        return all.toByteArray();
    }

    private ImageWriter writer() {
        return new ImageWriter(chip)
                .version(version)
                .project(project)
                .size(size)
                .seed(elfSeed)
                .elfSha256(elfSha256())
                .constants(constants());
    }

    /** Writes the file, a few kilobytes at a time; the stream stays open. */
    public void write(OutputStream out) throws IOException {
        writer().write(out);
    }

    /** The file in memory. */
    public byte[] bytes() {
        return writer().bytes();
    }

    /** As if flashed by cable. */
    public Flashed flashed() {
        byte[] bytes = bytes();
        try {
            return switch (ImageReader.read(new ByteArrayInputStream(bytes), LARGEST)) {
                case Inspection.AcceptedImage(var image) ->
                        new Flashed(image, Marker.read(bytes, bytes.length));
                case Inspection.RefusedFile(var refusal) ->
                        throw new IllegalArgumentException(refusal.en());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
