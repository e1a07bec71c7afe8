package io.slipway.sql;

import io.slipway.files.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder of one running process, protected by a lock that the operating system releases when
 * the process ends for any reason.
 */
public final class DataFolder implements AutoCloseable {

    private final FileChannel channel;

    private DataFolder(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws StoreException with a one-line message if another process has locked it or it can't
     *     be written
     */
    public static DataFolder lock(Path folder) {
        try {
            PrivateFiles.folder(folder);
            Path file = folder.resolve("lock");
            PrivateFiles.secure(file);
            FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (PrivateFiles.tryLock(channel) == null) {
                String holder = Files.readString(file).strip();
                channel.close();
                throw new StoreException(
                        "another Slipway process"
                                + (holder.isEmpty() ? "" : " (pid " + holder + ")")
                                + " already uses the data folder "
                                + folder.toAbsolutePath(),
                        null);
            }
            channel.truncate(0);
            byte[] pid =
                    Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
            channel.write(java.nio.ByteBuffer.wrap(pid));
            return new DataFolder(channel);
        } catch (IOException e) {
            String where = folder.toAbsolutePath().toString();
            throw new StoreException("the data folder " + where + " can't be used: " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StoreException("the data folder's lock can't be released", e);
        }
    }
}
