package io.slipway.protocol.firmware;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.ImageSource.Stop;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * The zip of a release, in which one entry is firmware. Read by its central directory; nothing is
 * ever written by an entry's name. {@code java.util.zip.ZipFile} is not used, because it reads the
 * whole directory into memory, however many entries it has, and accepts ZIP64.
 */
final class ReleaseZip {

    /** A release has one to ten. */
    static final int MAX_ENTRIES = 1_000;

    private static final int END = 22;
    private static final long END_MAGIC = 0x0605_4b50L;
    private static final int CENTRAL = 46;
    private static final long CENTRAL_MAGIC = 0x0201_4b50L;
    private static final int LOCAL = 30;
    private static final long LOCAL_MAGIC = 0x0403_4b50L;
    private static final int MAX_COMMENT = 0xffff;
    private static final int MAX_NAME = 1_024;
    private static final int MAX16 = 0xffff;
    private static final long MAX32 = 0xffff_ffffL;

    /** How many entries an error names, and how much of each name. */
    private static final int NAMED = 8;

    private static final int NAMED_LENGTH = 80;

    // Encrypted, and encrypted with a hidden directory.
    private static final int ENCRYPTED = 0x41;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    private final SeekableByteChannel file;
    private final long limit;

    /**
     * @param name for people; without control characters, shortened
     * @param header where its local header is
     */
    record ZipItem(String name, int method, long crc, long packed, long size, long header) {

        private String base() {
            return name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        }

        /** Programs on macOS add files that begin like this. */
        private boolean binary() {
            return base().endsWith(".bin") && !base().startsWith("._");
        }

        private boolean archive() {
            return base().matches(".*\\.(zip|7z|rar|gz|tgz|xz|zst|bz2|tar)");
        }
    }

    /**
     * @param limit the largest entry accepted, in bytes
     */
    ReleaseZip(SeekableByteChannel file, long limit) {
        this.file = file;
        this.limit = limit;
    }

    /** Whether a file that begins like this is a zip, perhaps an empty one. */
    static boolean begins(byte[] head, int length) {
        if (length < 4) {
            return false;
        }
        long magic = Bytes.u32(head, 0);
        return magic == LOCAL_MAGIC || magic == END_MAGIC;
    }

    /** The only entry that is firmware: an application image, or a merged one. */
    ZipItem firmware() throws IOException, Stop {
        List<ZipItem> all = items();
        List<ZipItem> found = new ArrayList<>();
        for (ZipItem item : all) {
            if (item.binary() && looksRight(item)) {
                found.add(item);
            }
        }
        if (found.size() > 1) {
            throw new Stop(Fault.ZIP_SEVERAL, named(found));
        }
        if (found.isEmpty()) {
            Optional<ZipItem> inner = all.stream().filter(ZipItem::archive).findFirst();
            throw inner.isPresent()
                    ? new Stop(Fault.ZIP_NESTED, inner.get().name)
                    : new Stop(Fault.ZIP_NONE);
        }
        if (found.getFirst().size > limit) {
            throw new Stop(Fault.TOO_LARGE, limit);
        }
        return found.getFirst();
    }

    private boolean looksRight(ZipItem item) throws IOException, Stop {
        try (InputStream in = content(item).open()) {
            byte[] head = in.readNBytes(OtherFileKind.SCAN);
            return ImageReader.begins(head, head.length)
                    || OtherFileKind.partitionTable(head, head.length) >= 0;
        }
    }

    private static String named(List<ZipItem> items) {
        List<String> names = items.stream().limit(NAMED).map(ZipItem::name).toList();
        return String.join(", ", names) + (items.size() > NAMED ? " …" : "");
    }

    private List<ZipItem> items() throws IOException, Stop {
        long size = file.size();
        int tail = (int) Math.min(size, END + MAX_COMMENT);
        byte[] bytes = new byte[tail];
        read(new ChannelSource(file, size - tail, tail).open(), bytes, tail);
        int end = tail - END;
        while (end >= 0
                && (Bytes.u32(bytes, end) != END_MAGIC
                        || end + END + Bytes.u16(bytes, end + 20) != tail)) {
            end--;
        }
        if (end < 0) {
            throw damaged();
        }
        int count = Bytes.u16(bytes, end + 10);
        long length = Bytes.u32(bytes, end + 12);
        long from = Bytes.u32(bytes, end + 16);
        if (count == MAX16 || length == MAX32 || from == MAX32) {
            throw new Stop(Fault.ZIP64);
        }
        if (count > MAX_ENTRIES) {
            throw new Stop(Fault.ZIP_ENTRIES, count, MAX_ENTRIES);
        }
        boolean several = Bytes.u32(bytes, end + 4) != 0 || Bytes.u16(bytes, end + 8) != count;
        if (several || from + length != size - tail + end) {
            throw damaged();
        }
        return items(count, from, length);
    }

    private List<ZipItem> items(int count, long from, long length) throws IOException, Stop {
        List<ZipItem> items = new ArrayList<>(count);
        try (var in = new BufferedInputStream(new ChannelSource(file, from, length).open())) {
            byte[] head = new byte[CENTRAL];
            for (int i = 0; i < count; i++) {
                read(in, head, CENTRAL);
                int name = Bytes.u16(head, 28);
                if (Bytes.u32(head, 0) != CENTRAL_MAGIC || name > MAX_NAME) {
                    throw damaged();
                }
                byte[] text = new byte[name];
                read(in, text, name);
                in.skipNBytes((long) Bytes.u16(head, 30) + Bytes.u16(head, 32));
                item(head, text).ifPresent(items::add);
            }
        } catch (EOFException e) {
            throw damaged();
        }
        return items;
    }

    private static Optional<ZipItem> item(byte[] head, byte[] text) throws Stop {
        String whole = new String(text, StandardCharsets.UTF_8);
        if (whole.endsWith("/")) {
            return Optional.empty();
        }
        var item =
                new ZipItem(
                        shown(whole),
                        Bytes.u16(head, 10),
                        Bytes.u32(head, 16),
                        Bytes.u32(head, 20),
                        Bytes.u32(head, 24),
                        Bytes.u32(head, 42));
        if (item.packed == MAX32 || item.size == MAX32 || item.header == MAX32) {
            throw new Stop(Fault.ZIP64);
        }
        if ((Bytes.u16(head, 8) & ENCRYPTED) != 0) {
            throw new Stop(Fault.ZIP_ENCRYPTED, item.name);
        }
        return Optional.of(item);
    }

    // The end of a long name is kept: it says what kind of file it is.
    private static String shown(String name) {
        String plain = name.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
        int cut = plain.length() - NAMED_LENGTH;
        if (cut <= 0) {
            return plain;
        }
        // Not within a surrogate pair.
        return "…" + plain.substring(Character.isLowSurrogate(plain.charAt(cut)) ? cut + 1 : cut);
    }

    /** An entry's contents; reading throws a {@link ZipException} if they are damaged. */
    ByteSource content(ZipItem item) throws IOException, Stop {
        if (item.method != STORED && item.method != DEFLATED) {
            throw new Stop(Fault.ZIP_METHOD, item.name, item.method);
        }
        byte[] head = new byte[LOCAL];
        read(new ChannelSource(file, item.header, LOCAL).open(), head, LOCAL);
        if (Bytes.u32(head, 0) != LOCAL_MAGIC) {
            throw damaged();
        }
        long at = item.header + LOCAL + Bytes.u16(head, 26) + Bytes.u16(head, 28);
        var packed = new ChannelSource(file, at, item.packed);
        return new ByteSource() {
            @Override
            public long size() {
                return item.size;
            }

            @Override
            public InputStream open() {
                return item.method == STORED
                        ? new VerifiedStream(packed.open(), item, () -> {})
                        : inflated(packed, item);
            }
        };
    }

    private static InputStream inflated(ChannelSource packed, ZipItem item) {
        var inflater = new Inflater(true);
        return new VerifiedStream(
                new InflaterInputStream(packed.open(), inflater), item, inflater::end);
    }

    /** Fails at its end unless size and checksum are those declared. */
    private static final class VerifiedStream extends BlockStream {
        private final InputStream in;
        private final ZipItem item;
        private final Runnable closed;
        private final CRC32 crc = new CRC32();
        private long left;

        VerifiedStream(InputStream in, ZipItem item, Runnable closed) {
            this.in = in;
            this.item = item;
            this.closed = closed;
            this.left = item.size;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int count;
            try {
                count = in.read(into, from, length);
            } catch (EOFException e) {
                throw new ZipException("an entry ends too soon");
            }
            if (count < 0 ? left != 0 || crc.getValue() != item.crc : count > left) {
                throw new ZipException("an entry that is not as declared");
            }
            if (count > 0) {
                crc.update(into, from, count);
                left -= count;
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            closed.run();
            in.close();
        }
    }

    private static void read(InputStream in, byte[] into, int length) throws IOException, Stop {
        if (in.readNBytes(into, 0, length) < length) {
            throw damaged();
        }
    }

    private static Stop damaged() {
        return new Stop(Fault.ZIP_DAMAGED);
    }
}
