package io.slipway.protocol.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Reads files of releases in memory, and makes zips. */
final class Releases {

    private Releases() {}

    /** What was found in a file. */
    record Taken(AppImage image, Extraction extraction, byte[] bytes) {}

    static Inspection read(byte[] file, long limit) {
        try {
            return new ReleaseFile(new BytesChannel(file), limit).inspect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ImageRefusal refused(byte[] file) {
        Inspection read = read(file, Images.LIMIT);
        assertThat(read).isInstanceOf(Inspection.RefusedFile.class);
        return ((Inspection.RefusedFile) read).refusal();
    }

    static Taken taken(byte[] file) {
        try {
            var release = new ReleaseFile(new BytesChannel(file), Images.LIMIT);
            Inspection read = release.inspect();
            assertThat(read).isInstanceOf(Inspection.AcceptedImage.class);
            try (var in = release.open()) {
                return new Taken(
                        ((Inspection.AcceptedImage) read).image(),
                        release.extraction().orElse(null),
                        in.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A zip; the contents are name, bytes, name, bytes… */
    static byte[] zip(Object... contents) {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (int i = 0; i < contents.length; i += 2) {
                var entry = new ZipEntry((String) contents[i]);
                entry.setTime(0);
                zip.putNextEntry(entry);
                zip.write((byte[]) contents[i + 1]);
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A file in memory. */
    static final class BytesChannel implements SeekableByteChannel {
        private final byte[] bytes;
        private long at;

        BytesChannel(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(ByteBuffer into) {
            if (at >= bytes.length) {
                return -1;
            }
            int count = (int) Math.min(into.remaining(), bytes.length - at);
            into.put(bytes, (int) at, count);
            at += count;
            return count;
        }

        @Override
        public long position() {
            return at;
        }

        @Override
        public SeekableByteChannel position(long position) {
            at = position;
            return this;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public int write(ByteBuffer from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
