package io.slipway.firmware;

import io.slipway.firmware.DownloadTokens.Grant;
import io.slipway.http.Request;
import io.slipway.http.edge.Edge;
import io.slipway.http.file.DownloadRoute;
import io.slipway.http.file.DownloadRoute.DownloadAnswer;
import io.slipway.http.file.DownloadRoute.RefuseDownload;
import io.slipway.http.file.DownloadRoute.ServeFile;
import io.slipway.http.file.DownloadRoute.TransferEnd;
import io.slipway.protocol.ota.Reply;
import io.slipway.sql.Ids;
import io.slipway.sql.StoreException;
import io.slipway.work.Listeners;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How devices get builds: URLs that are valid for one device, one build and a short time.
 * Thread-safe.
 */
public final class Downloads {

    /** Receives the events of devices' downloads. Its exceptions never affect a download. */
    public interface DownloadListener {

        /**
         * A device requests all of a build; not a byte is sent before this returns. May block.
         *
         * @param offerId as passed to {@link Downloads#url}
         * @param downloadId identifies this download, 32 hex digits
         * @return false if no further events of this download are wanted
         */
        boolean began(long deviceId, String offerId, String downloadId);

        /**
         * The download reported to {@link #began} has ended; also called if that failed. May block.
         *
         * @param bytes written to the network
         * @param at epoch ms of the last of them
         */
        void ended(
                long deviceId,
                String offerId,
                String downloadId,
                long bytes,
                TransferEnd end,
                long at);
    }

    /** The same on all nodes, so that URLs stay valid while nodes change. */
    static final String PREFIX = "/v1/firmware/";

    /** How long an object store's URL is valid, for a device or a person. */
    static final Duration STORE_URL = Duration.ofMinutes(15);

    private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);
    private static final DownloadRoute.TransferListener NOBODY = (bytes, end, at) -> {};
    private static final Pattern REST =
            Pattern.compile("([0-9a-f]{32})/([A-Za-z0-9_-]{1,200})/([0-9.]{1,64})\\.bin");

    private final Builds builds;
    private final BlobStore blobs;
    private final DownloadTokens tokens;
    private final Ids ids;
    private final InstantSource clock;
    private final Supplier<FirmwareConfig> config;
    private final Duration valid;
    private final Listeners<DownloadListener> watchers = new Listeners<>("downloads");

    Downloads(
            FirmwareModule.Needs needs,
            Supplier<FirmwareConfig> config,
            Builds builds,
            BlobStore blobs) {
        this.builds = builds;
        this.blobs = blobs;
        this.tokens = new DownloadTokens(needs.keys());
        this.ids = needs.base().ids();
        this.clock = needs.base().clock();
        this.config = config;
        this.valid = needs.urlValid();
    }

    /** Registers a listener for downloads. */
    public void watch(DownloadListener watcher) {
        watchers.add(watcher);
    }

    /** Whether the events of {@link DownloadListener} reflect what devices receive. */
    public boolean visible() {
        return switch (blobs) {
            case DirectoryBlobs folder -> !config.get().behindProxy();
            case S3Blobs bucket -> false;
        };
    }

    /**
     * The URL at which a device gets a build. Does not block.
     *
     * @param base {@code scheme://host[:port]} that the device called
     * @param deviceId greater than 0
     * @param offerId up to 64 visible ASCII characters
     * @param now epoch ms; from then on, the URL is valid for as long as a device may take to start
     */
    public String url(String base, Build build, long deviceId, String offerId, long now) {
        return switch (blobs) {
            case DirectoryBlobs folder ->
                    base + path(build, new Grant(deviceId, offerId, now + valid.toMillis()));
            case S3Blobs bucket -> bucket.url(build.sha256(), STORE_URL);
        };
    }

    /** The URL at which a person gets a build: a path on this server, or a URL elsewhere. */
    String forPerson(Build build) {
        return switch (blobs) {
            case DirectoryBlobs folder ->
                    path(build, new Grant(0, "", clock.millis() + STORE_URL.toMillis()));
            case S3Blobs bucket -> bucket.url(build.sha256(), STORE_URL);
        };
    }

    private String path(Build build, Grant grant) {
        String token = tokens.make(build.id(), grant);
        return PREFIX + build.id() + "/" + token + "/" + build.version() + ".bin";
    }

    void install(Edge edge) {
        edge.download(PREFIX, new DownloadRoute(this::answer));
    }

    DownloadAnswer answer(Request request) {
        Matcher rest = REST.matcher(request.path("rest"));
        if (!rest.matches()) {
            return absent();
        }
        // The token is checked first: without one, nobody learns which builds exist.
        Optional<Grant> grant = tokens.verify(rest.group(1), rest.group(2), clock.millis());
        if (grant.isEmpty()) {
            return refuse(403, "this link is invalid or has expired");
        }
        try {
            return builds.get(rest.group(1))
                    .filter(build -> build.version().toString().equals(rest.group(3)))
                    .map(build -> serve(request, build, grant.get()))
                    .orElseGet(Downloads::absent);
        } catch (StoreException e) {
            // Not the path: it contains a token.
            LOG.warn("a download of build {}: {}", rest.group(1), e.toString());
            return refuse(503, "try again later");
        }
    }

    private DownloadAnswer serve(Request request, Build build, Grant grant) {
        return switch (blobs) {
            case DirectoryBlobs folder -> serve(request, build, grant, folder);
            // From before images were moved to the object store.
            case S3Blobs bucket -> absent();
        };
    }

    private DownloadAnswer serve(Request request, Build build, Grant grant, DirectoryBlobs folder) {
        Path file = folder.path(build.sha256());
        try {
            if (!folder.has(build.sha256(), build.size())) {
                LOG.error("the image of build {} is missing: {}", build.id(), file);
                return absent();
            }
        } catch (IOException e) {
            LOG.error("the image of build {} can't be read", build.id(), e);
            return absent();
        }
        boolean watched = grant.deviceId() != 0 && DownloadRoute.whole(request);
        return new ServeFile(file, build.size(), build.sha256(), watched ? begin(grant) : NOBODY);
    }

    private DownloadRoute.TransferListener begin(Grant grant) {
        String id = ids.hex();
        var interested = new Listeners<DownloadListener>("the end of a download");
        watchers.tell(watcher -> {
            if (began(watcher, grant, id)) {
                interested.add(watcher);
            }
        });
        if (interested.isEmpty()) {
            return NOBODY;
        }
        return (bytes, end, at) ->
                interested.tell(watcher ->
                        watcher.ended(grant.deviceId(), grant.offerId(), id, bytes, end, at));
    }

    private static boolean began(DownloadListener watcher, Grant grant, String id) {
        try {
            return watcher.began(grant.deviceId(), grant.offerId(), id);
        } catch (RuntimeException e) {
            // The device gets its firmware; the end can still be recorded.
            LOG.warn("the start of a download could not be recorded: {}", e.toString());
            return true;
        }
    }

    private static DownloadAnswer absent() {
        return refuse(404, "no such firmware");
    }

    private static DownloadAnswer refuse(int status, String error) {
        return new RefuseDownload(Reply.error(status, error, null));
    }
}
