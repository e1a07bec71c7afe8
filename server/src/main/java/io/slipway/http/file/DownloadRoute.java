package io.slipway.http.file;

import io.slipway.http.Request;
import io.slipway.protocol.ota.Reply;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Files of the device plane, below one prefix. What the handler serves is sent in the only form
 * that a device accepts: 200, {@code Content-Length}, no encoding, no chunks. Other clients may
 * request a single range, or whether the file has changed.
 *
 * @param handler decides about a GET or HEAD; runs on a virtual thread. {@code
 *     Request.path("rest")} is what follows the prefix, as it was sent
 */
public record DownloadRoute(Function<Request, DownloadAnswer> handler) {

    /**
     * Whether a request can only be answered with the whole file: a GET without {@code Range} and
     * without {@code If-…}. Only such a request is evidence of a download, and only for those the
     * listener is called.
     */
    public static boolean whole(Request request) {
        return request.method().equals("GET")
                && request.header("Range") == null
                && request.header("If-None-Match") == null
                && request.header("If-Modified-Since") == null;
    }

    /** The answer to a request. */
    public sealed interface DownloadAnswer permits RefuseDownload, ServeFile {}

    /** Answered without a file. */
    public record RefuseDownload(Reply reply) implements DownloadAnswer {}

    /**
     * Answered with a file.
     *
     * @param size bytes; a shorter file is answered with 500 and counts as {@link
     *     TransferEnd#CUT_BY_US}
     * @param etag identifies the content, without quotes: visible ASCII
     * @param listener called once for each {@link #whole} request, even a failed one; never for
     *     others
     */
    public record ServeFile(Path file, long size, String etag, TransferListener listener)
            implements DownloadAnswer {
        public ServeFile {
            if (size < 1) {
                throw new IllegalArgumentException(
                        "a device does not accept a file of " + size + " bytes");
            }
            if (!etag.chars().allMatch(c -> c > ' ' && c <= '~' && c != '"')) {
                throw new IllegalArgumentException("no ETag: " + etag);
            }
        }
    }

    /** Receives how a download ended. */
    @FunctionalInterface
    public interface TransferListener {

        /**
         * Called exactly once, on a virtual thread.
         *
         * @param bytes of the file that were written to the network, up to 256 KiB of which may
         *     never reach the client
         * @param at epoch ms of the last byte that was written; of the end if there was none
         */
        void ended(long bytes, TransferEnd end, long at);
    }

    /** How a download ended. */
    public enum TransferEnd {
        /** Everything was sent, and the client closed normally or sent another request. */
        COMPLETE,
        /** The client disconnected, read nothing for a minute, or was not done after an hour. */
        CUT,
        /** This server was at fault: it is shutting down, or the file can't be read. */
        CUT_BY_US
    }
}
