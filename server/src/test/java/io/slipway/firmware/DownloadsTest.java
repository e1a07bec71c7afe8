package io.slipway.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.account.Caller;
import io.slipway.http.RawClient;
import io.slipway.http.file.DownloadRoute.TransferEnd;
import io.slipway.protocol.WireUrl;
import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadsTest {

    private static final String OFFER = "0123456789abcdef".repeat(2);
    private static final long DEVICE = 4_242_424_242_424_242L;

    @TempDir Path folder;
    private FirmwareFixture depot;
    private Downloads downloads;
    private Caller alice;
    private Build build;
    private byte[] image;

    /** Records what it receives. */
    private static final class Notes implements Downloads.DownloadListener {
        private final List<String> begun = new CopyOnWriteArrayList<>();
        private final List<String> ended = new CopyOnWriteArrayList<>();
        private volatile boolean interested = true;
        private volatile RuntimeException failure;

        @Override
        public boolean began(long deviceId, String offerId, String downloadId) {
            assertThat(downloadId).matches("[0-9a-f]{32}");
            begun.add(deviceId + " " + offerId + " " + downloadId);
            if (failure != null) {
                throw failure;
            }
            return interested;
        }

        @Override
        public void ended(
                long deviceId,
                String offerId,
                String downloadId,
                long bytes,
                TransferEnd end,
                long at) {
            ended.add(deviceId + " " + offerId + " " + downloadId + " " + bytes + " " + end);
            if (failure != null) {
                throw failure;
            }
        }

        void awaitEnds(int wanted) throws InterruptedException {
            for (int i = 0; i < 1_600 && ended.size() < wanted; i++) {
                Thread.sleep(25);
            }
            assertThat(ended).hasSize(wanted);
        }
    }

    @BeforeEach
    void open() {
        depot = new FirmwareFixture(TestEngine.SQLITE.config(folder), folder, null);
        downloads = depot.module.downloads();
        alice = depot.login("alice", false).caller();
        image = FirmwareFixture.image("2.4.2").size(90_000).bytes();
        build = depot.add(alice, FirmwareFixture.image("2.4.2").size(90_000), BuildChanges.NONE);
    }

    @AfterEach
    void close() {
        depot.close();
    }

    private String url() {
        return downloads.url(depot.base(), build, DEVICE, OFFER, depot.clock.millis());
    }

    /** As devices request and close. */
    private int load(String url) throws IOException {
        String path = url.substring(depot.base().length());
        try (var client = new RawClient(depot.port)) {
            RawClient.Head head = client.get(path, "Connection: close").head();
            byte[] body = client.read(head.length());
            if (head.status() == 200) {
                assertThat(head.header("Content-Length")).isEqualTo("90000");
                assertThat(body).isEqualTo(image);
            } else {
                assertThat(head.status() / 100).isNotEqualTo(3);
                assertThat(body.length).isLessThan(1_000);
            }
            return head.status();
        }
    }

    @Test
    void aDeviceGetsExactlyWhatWasUploaded() throws Exception {
        var notes = new Notes();
        downloads.watch(notes);
        String url = url();
        assertThat(WireUrl.isDownload(url)).isTrue();
        assertThat(url).hasSizeLessThan(300).endsWith("/2.4.2.bin");
        assertThat(load(url)).isEqualTo(200);
        notes.awaitEnds(1);
        assertThat(notes.begun.getFirst()).startsWith(DEVICE + " " + OFFER + " ");
        assertThat(notes.ended).containsExactly(notes.begun.getFirst() + " 90000 COMPLETE");
        // Two requests are two downloads.
        assertThat(load(url)).isEqualTo(200);
        notes.awaitEnds(2);
        assertThat(notes.begun.get(1)).isNotEqualTo(notes.begun.get(0));
        assertThat(downloads.visible()).isTrue();
    }

    @Test
    void whatIsNotAWholeDownloadIsNoEvidence() throws Exception {
        var notes = new Notes();
        downloads.watch(notes);
        HttpResponse<byte[]> part = FirmwareFixture.get(url(), "Range", "bytes=0-9");
        assertThat(part.statusCode()).isEqualTo(206);
        String tag = part.headers().firstValue("ETag").orElseThrow();
        assertThat(FirmwareFixture.get(url(), "If-None-Match", tag).statusCode()).isEqualTo(304);
        HttpResponse<byte[]> head = FirmwareFixture.call("HEAD", url(), new byte[0]);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("90000");
        assertThat(FirmwareFixture.get(depot.base() + downloads.forPerson(build)).body())
                .isEqualTo(image);
        assertThat(notes.begun).isEmpty();
        assertThat(notes.ended).isEmpty();
    }

    @Test
    void aWatcherThatFailsHarmsNoDownload() throws Exception {
        var notes = new Notes();
        notes.failure = new StoreException("the database is gone", null);
        downloads.watch(notes);
        assertThat(load(url())).isEqualTo(200);
        notes.awaitEnds(1);
        notes.failure = null;
        notes.interested = false;
        assertThat(load(url())).isEqualTo(200);
        notes.interested = true;
        assertThat(load(url())).isEqualTo(200);
        notes.awaitEnds(2);
        assertThat(notes.begun).hasSize(3);
    }

    @Test
    void aLinkHoldsForThreeMinutes() throws Exception {
        String url = url();
        depot.clock.advance(Duration.ofMillis(179_999));
        assertThat(load(url)).isEqualTo(200);
        depot.clock.advance(Duration.ofMillis(1));
        assertThat(load(url)).isEqualTo(403);
    }

    @Test
    void anyChangeOfTheLinkIsRefused() throws Exception {
        String url = url();
        String start = depot.base() + Downloads.PREFIX;
        String rest = url.substring(start.length());
        var random = new Random(5);
        String letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
        int name = rest.lastIndexOf('/');
        for (int at = 0; at < rest.length(); at++) {
            char other = letters.charAt(random.nextInt(at < 32 ? 16 : 64));
            if (rest.charAt(at) == other) {
                continue;
            }
            String changed = rest.substring(0, at) + other + rest.substring(at + 1);
            int status = load(start + changed);
            // A link in another form is not found; otherwise the token is checked first.
            assertThat(status)
                    .as(changed)
                    .isIn(at < name && at != 32 ? List.of(403) : List.of(404));
        }
        assertThat(load(start)).isEqualTo(404);
        assertThat(load(start + "x")).isEqualTo(404);
        assertThat(load(url + "/")).isEqualTo(404);
    }

    @Test
    void aLinkIsForItsOwnBuild() throws Exception {
        Build other = depot.add(alice, FirmwareFixture.image("2.4.3"), BuildChanges.NONE);
        String[] mine = url().substring(depot.base().length()).split("/");
        String foreign =
                depot.base() + Downloads.PREFIX + other.id() + "/" + mine[4] + "/2.4.3.bin";
        assertThat(load(foreign)).isEqualTo(403);
    }

    @Test
    void aDeletedOneIsNotFound() throws Exception {
        String url = url();
        Files.write(depot.images.resolve(build.sha256() + ".bin"), new byte[7]);
        assertThat(load(url)).isEqualTo(404);
        Files.delete(depot.images.resolve(build.sha256() + ".bin"));
        assertThat(load(url)).isEqualTo(404);
        depot.builds().delete(alice, build.id());
        assertThat(load(url)).isEqualTo(404);
    }

    @Test
    void behindABufferingProxyNothingIsSeen() throws IOException {
        Path second = Files.createDirectory(folder.resolve("second"));
        try (var behind =
                new FirmwareFixture(
                        TestEngine.SQLITE.config(second), second, null, depot.clock, true)) {
            assertThat(behind.module.downloads().visible()).isFalse();
        }
    }
}
