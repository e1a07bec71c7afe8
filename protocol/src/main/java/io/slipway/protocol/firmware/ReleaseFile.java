package io.slipway.protocol.firmware;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.ImageSource.Stop;
import io.slipway.protocol.firmware.ReleaseZip.ZipItem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A file of a firmware release: an application image, a merged image that contains one ({@code
 * merged-binary.bin}), or a zip with either. The application image is found in it and verified as
 * {@link ImageReader} says; everything else in the file is ignored.
 *
 * <p>Never throws because of the contents. Costs about 400 KiB of memory, whatever the file claims,
 * and reads it up to four times. Not thread-safe; reading blocks.
 */
public final class ReleaseFile {

    private final SeekableByteChannel file;
    private final long limit;
    private @Nullable Extraction extraction;
    private ByteSource source;
    private long at;
    private long size;

    /**
     * @param file stays open
     * @param limit the maximum size, in bytes, of the file, and of what is inflated from it
     */
    public ReleaseFile(SeekableByteChannel file, long limit) throws IOException {
        this.file = file;
        this.limit = limit;
        this.source = new ChannelSource(file, 0, file.size());
    }

    /**
     * Finds the application image and verifies it. To be called once.
     *
     * @throws IOException only what the channel itself throws
     */
    public Inspection inspect() throws IOException {
        try {
            if (file.size() > limit) {
                throw new Stop(Fault.TOO_LARGE, limit);
            }
            AppImage image = image();
            size = image.file().size();
            return new Inspection.AcceptedImage(image);
        } catch (Stop stop) {
            return new Inspection.RefusedFile(stop.refusal);
        } catch (ZipException e) {
            return new Inspection.RefusedFile(ImageRefusal.of(Fault.ZIP_DAMAGED));
        }
    }

    private AppImage image() throws IOException, Stop {
        String entry = "";
        if (isZip()) {
            var zip = new ReleaseZip(file, limit);
            ZipItem item = zip.firmware();
            source = zip.content(item);
            entry = item.name();
            extraction = new Extraction(entry, "", 0, List.of());
        }
        try (InputStream in = source.open()) {
            return ImageReader.only(in, limit);
        } catch (Stop stop) {
            if (stop.refusal.reason() != Fault.MERGED) {
                throw stop;
            }
        }
        MergedImage merged = MergedImage.find(source);
        at = merged.at();
        extraction = new Extraction(entry, merged.app().label(), at, merged.dropped());
        return first(merged);
    }

    private AppImage first(MergedImage merged) throws IOException, Stop {
        try (InputStream in = source.open(at)) {
            AppImage image = ImageReader.first(new Limited(in, merged.room()), limit);
            // To the end: only there an entry of a zip is compared with its checksum.
            in.transferTo(OutputStream.nullOutputStream());
            return image;
        } catch (Stop stop) {
            if (stop.refusal.reason() == Fault.TRUNCATED && merged.complete()) {
                throw new Stop(Fault.MERGED_OVERRUN, merged.app().label(), merged.room());
            }
            throw stop;
        }
    }

    private boolean isZip() throws IOException {
        try (InputStream in = source.open()) {
            byte[] head = in.readNBytes(4);
            return ReleaseZip.begins(head, head.length);
        }
    }

    /** Where an accepted image was found; empty if it is the whole file. */
    public Optional<Extraction> extraction() {
        return Optional.ofNullable(extraction);
    }

    /** The bytes of an accepted image. */
    public InputStream open() throws IOException {
        return new Limited(source.open(at), size);
    }

    /** The first bytes of another stream. */
    private static final class Limited extends BlockStream {
        private final InputStream in;
        private long left;

        Limited(InputStream in, long most) {
            this.in = in;
            this.left = most;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (left == 0) {
                return length == 0 ? 0 : -1;
            }
            int count = in.read(into, from, (int) Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
