package io.slipway.firmware;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.firmware.AppImage;
import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.Description;
import io.slipway.protocol.firmware.ImageFile;
import io.slipway.protocol.firmware.OtaAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An uploaded image. The facts of the image never change; what people add does.
 *
 * @param id 32 lower-case hex digits, growing with time
 * @param quarantine null unless it is in quarantine
 * @param updatedAt epoch milliseconds
 */
public record Build(
        String id,
        Upload upload,
        ImageFacts facts,
        Details details,
        @Nullable Quarantine quarantine,
        long updatedAt) {

    public static final int MAX_BOARDS = 100;
    public static final int MAX_FLOORS = 20;
    public static final int MAX_NOTES = 4_000;

    private static final Pattern CHANNEL = Pattern.compile("[a-z0-9._-]{0,32}");

    /**
     * How it came here.
     *
     * @param accountId its owner
     * @param common whether an administrator uploaded it: then every account may see and use it
     * @param leadsHome whether one of its addresses led to this server at that time
     * @param at epoch milliseconds
     */
    public record Upload(String accountId, boolean common, boolean leadsHome, long at) {}

    /**
     * Read from the image, never entered by people.
     *
     * @param elf SHA-256 of the ELF file as devices report it, 64 lower-case hex digits
     * @param addresses that its devices use for their OTA check unless another one was typed into
     *     them; empty if none was found
     */
    public record ImageFacts(
            FirmwareVersion version,
            String elf,
            String project,
            ChipRange chips,
            Compilation compilation,
            ImageFile file,
            List<String> addresses) {

        public ImageFacts {
            addresses = List.copyOf(addresses);
            if (Chip.byModel(chips.model()).isEmpty()) {
                throw new IllegalArgumentException("no chip called " + chips.model());
            }
            if (elf.length() != 64 || file.sha256().length() != 64 || file.size() < 1) {
                throw new IllegalArgumentException("a build without hashes or bytes");
            }
        }

        static ImageFacts of(AppImage image) {
            Description description = image.description();
            int max = image.maxRevision();
            return new ImageFacts(
                    description.version(),
                    description.elfSha256(),
                    description.project(),
                    new ChipRange(
                            image.chip().model(),
                            image.minRevision(),
                            max == AppImage.ANY_REVISION ? 0 : max),
                    new Compilation(description.idfVersion(), description.compileTime()),
                    image.file(),
                    image.addresses().stream().map(OtaAddress::url).toList());
        }
    }

    /**
     * How an image was compiled.
     *
     * @param compileTime as devices report it, for example {@code Aug 6 2026T12:34:56Z}
     */
    public record Compilation(String idfVersion, String compileTime) {}

    /**
     * What people add.
     *
     * @param scheme the flash layout it is made for
     * @param floors versions that a device must have reached before it may have this one
     * @param notes for people, at most {@link #MAX_NOTES} characters
     * @param channel 1 to 32 of {@code a-z 0-9 . _ -}; {@code ""} for none
     * @param needsPsram whether it doesn't run on a device without PSRAM
     */
    public record Details(
            List<Board> boards,
            Scheme scheme,
            List<FirmwareVersion> floors,
            String notes,
            String channel,
            boolean needsPsram) {

        public Details {
            boards = List.copyOf(boards);
            floors = List.copyOf(floors);
            if (boards.size() > MAX_BOARDS || floors.size() > MAX_FLOORS) {
                throw new IllegalArgumentException("too many boards or floors");
            }
            if (notes.length() > MAX_NOTES || !isChannel(channel)) {
                throw new IllegalArgumentException("notes or a channel that don't fit");
            }
        }

        /** What the image itself suggests. */
        static Details of(ImageFacts facts) {
            Scheme guess = Scheme.of(facts.project, facts.version);
            return new Details(List.of(), guess, List.of(), "", "", false);
        }

        private Details with(BuildChanges changes) {
            return new Details(
                    or(changes.boards(), boards),
                    or(changes.scheme(), scheme),
                    or(changes.floors(), floors),
                    or(changes.notes(), notes),
                    or(changes.channel(), channel),
                    or(changes.needsPsram(), needsPsram));
        }

        private static <T> T or(@Nullable T changed, T before) {
            return changed == null ? before : changed;
        }
    }

    /**
     * Why a build is no longer offered to any device.
     *
     * @param reason for people, at most {@link #MAX_REASON} characters
     * @param by the account that did it, {@code ""} for the server itself
     * @param at epoch milliseconds
     */
    public record Quarantine(String reason, String by, long at) {
        public static final int MAX_REASON = 500;
    }

    /** Whether this is a valid name of a channel; {@code ""} is none. */
    public static boolean isChannel(String text) {
        return CHANNEL.matcher(text).matches();
    }

    public FirmwareVersion version() {
        return facts.version();
    }

    /** SHA-256 of the ELF: distinguishes builds of the same version. */
    public String elf() {
        return facts.elf();
    }

    /** SHA-256 of the file. */
    public String sha256() {
        return facts.file.sha256();
    }

    /** Of the file, in bytes. */
    public long size() {
        return facts.file.size();
    }

    /** All names of its boards, in lower case, each mapped to the canonical name. */
    public Map<String, String> boardNames() {
        var names = new HashMap<String, String>();
        for (Board board : details.boards) {
            names.put(key(board.name()), board.name());
            board.aliases().forEach(alias -> names.put(key(alias), board.name()));
        }
        return names;
    }

    static String key(String board) {
        return board.toLowerCase(Locale.ROOT);
    }

    /** A copy with these changes; null fields are left unchanged. */
    Build with(BuildChanges changes, long now) {
        return new Build(id, upload, facts, details.with(changes), quarantine, now);
    }
}
