package io.slipway.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The common behaviour of all image stores. */
@ParameterizedClass
@EnumSource(BlobsTest.Kind.class)
class BlobsTest {

    enum Kind {
        DIRECTORY,
        S3
    }

    @TempDir private static Path home;
    private static S3Process s3;

    @Parameter Kind kind;
    @TempDir Path folder;
    private final Random random = new Random(4);
    private BlobStore blobs;

    @BeforeAll
    static void start() throws Exception {
        s3 = S3Process.start(home);
    }

    @AfterAll
    static void stop() {
        s3.close();
    }

    @BeforeEach
    void open() throws IOException {
        blobs =
                switch (kind) {
                    case DIRECTORY -> new DirectoryBlobs(folder.resolve("images"));
                    case S3 -> new S3Blobs(s3.config());
                };
        for (String left : list()) {
            blobs.delete(left);
        }
    }

    @AfterEach
    void close() {
        blobs.close();
    }

    private List<String> list() throws IOException {
        var all = new ArrayList<String>();
        blobs.list(all::add);
        return all.stream().sorted().toList();
    }

    private String key() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private Path file(int size) throws IOException {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Files.write(folder.resolve("file"), bytes);
    }

    private byte[] stored(String sha256) throws IOException {
        return switch (blobs) {
            case DirectoryBlobs directory -> Files.readAllBytes(directory.path(sha256));
            case S3Blobs bucket -> {
                var got = FirmwareFixture.get(bucket.url(sha256, Downloads.STORE_URL));
                assertThat(got.statusCode()).isEqualTo(200);
                yield got.body();
            }
        };
    }

    @Test
    void whatWasPutIsThereUntilItIsDeleted() throws IOException {
        for (int size : new int[] {1, 8_191, 3_000_000}) {
            String key = key();
            Path file = file(size);
            assertThat(blobs.has(key, size)).isFalse();
            blobs.put(key, file, size);
            assertThat(blobs.has(key, size)).isTrue();
            assertThat(blobs.has(key, size + 1)).isFalse();
            assertThat(stored(key)).isEqualTo(Files.readAllBytes(file));
            assertThat(list()).containsExactly(key);
            blobs.delete(key);
            assertThat(blobs.has(key, size)).isFalse();
            assertThat(list()).isEmpty();
            blobs.delete(key);
        }
    }

    @Test
    void whatIsThereIsWrittenAgain() throws IOException {
        String key = key();
        blobs.put(key, file(100), 100);
        Path second = file(200);
        blobs.put(key, second, 200);
        assertThat(stored(key)).isEqualTo(Files.readAllBytes(second));
        assertThat(list()).containsExactly(key);
    }

    @Test
    void aFileOfAnotherSizeLeavesNothing() throws IOException {
        Path file = file(1_000);
        assertThatThrownBy(() -> blobs.put(key(), file, 1_001)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> blobs.put(key(), file, 999)).isInstanceOf(IOException.class);
        Path absent = folder.resolve("absent");
        assertThatThrownBy(() -> blobs.put(key(), absent, 9)).isInstanceOf(IOException.class);
        assertThat(list()).isEmpty();
        if (kind == Kind.DIRECTORY) {
            assertThat(FirmwareFixture.names(folder.resolve("images"))).isEmpty();
        }
    }

    @Test
    void aLongListIsComplete() throws IOException {
        var keys = new ArrayList<String>();
        Path file = file(10);
        for (int i = 0; i < 40; i++) {
            String key = key();
            keys.add(key);
            blobs.put(key, file, 10);
        }
        assertThat(list()).isEqualTo(keys.stream().sorted().toList());
    }

    @Test
    void onlyImagesAreListedAndOnlyOldRemainsSweptAway() throws IOException {
        String key = key();
        blobs.put(key, file(10), 10);
        if (blobs instanceof DirectoryBlobs directory) {
            Path images = folder.resolve("images");
            Path young = Files.createFile(images.resolve("." + key + ".1.part"));
            Path old = Files.createFile(images.resolve("." + key + ".2.part"));
            Path other = Files.createFile(images.resolve("readme.txt"));
            long now = 1_790_000_000_000L;
            Files.setLastModifiedTime(young, FileTime.fromMillis(now - 3_500_000));
            Files.setLastModifiedTime(old, FileTime.fromMillis(now - 3_700_000));
            Files.setLastModifiedTime(other, FileTime.fromMillis(1));
            directory.sweep(now);
            assertThat(young).exists();
            assertThat(old).doesNotExist();
            assertThat(other).exists();
        }
        assertThat(list()).containsExactly(key);
    }

    @Test
    void aStoreThatRefusesOrIsGoneIsAnIoException() throws Exception {
        Path file = file(10);
        if (kind == Kind.S3) {
            try (var wrong = new S3Blobs(s3.config("another secret"))) {
                assertThatThrownBy(() -> wrong.put(key(), file, 10))
                        .isInstanceOf(IOException.class);
                assertThatThrownBy(() -> wrong.list(each -> {})).isInstanceOf(IOException.class);
            }
            S3Process gone = S3Process.start(Files.createDirectory(folder.resolve("gone")));
            try (var nobody = new S3Blobs(gone.config())) {
                gone.stop();
                assertThatThrownBy(() -> nobody.has(key(), 10)).isInstanceOf(IOException.class);
                assertThatThrownBy(() -> nobody.delete(key())).isInstanceOf(IOException.class);
            }
        } else {
            Files.delete(folder.resolve("images"));
            assertThatThrownBy(() -> blobs.put(key(), file, 10)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> blobs.list(each -> {})).isInstanceOf(IOException.class);
        }
    }
}
