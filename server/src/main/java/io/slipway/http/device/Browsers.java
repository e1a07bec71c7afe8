package io.slipway.http.device;

import io.slipway.http.HeaderNames;
import io.slipway.protocol.ota.Reply;
import io.vertx.core.http.HttpServerRequest;

/**
 * Browsers as devices, such as test pages of other sites: what allows their scripts to read the
 * replies of the device plane (decisions D9). Anyone may read them, because they depend on nothing
 * that a browser adds by itself: cookies are ignored there. Requests without an {@code Origin} are
 * not a browser's and get nothing of this.
 */
public final class Browsers {

    private static final String ALL = "*";
    private static final String METHODS = "GET, HEAD, POST, OPTIONS";

    /** The reply to every {@code OPTIONS}: with a body, as devices' modems need one. */
    static final Reply OPTIONS = Reply.text(METHODS + "\n");

    // Named, since a wildcard does not include Authorization.
    private static final String HEADERS =
            "Authorization, Content-Type, Device-Id, Client-Id, Serial-Number, Activation-Version,"
                    + " Protocol-Version, Accept-Language, User-Agent, Range, *";

    private static final String ANSWERED = "Content-Range, Accept-Ranges, ETag, Date";

    /** How long a browser need not ask again, in seconds. */
    private static final String AGE = "600";

    private Browsers() {}

    /** Adds what a browser needs to the response, if it is for one. */
    public static void allow(HttpServerRequest request) {
        if (request.headers().contains(HeaderNames.ORIGIN)) {
            request.response()
                    .headers()
                    .add("Access-Control-Allow-Origin", ALL)
                    .add("Access-Control-Expose-Headers", ANSWERED);
        }
    }

    /** Adds what a browser asks for before it sends a request with other headers. */
    static void allowNext(HttpServerRequest request) {
        if (request.headers().contains(HeaderNames.ORIGIN)) {
            var headers = request.response().headers();
            headers.add("Access-Control-Allow-Methods", METHODS)
                    .add("Access-Control-Allow-Headers", HEADERS)
                    .add("Access-Control-Max-Age", AGE);
            if (request.headers().contains("Access-Control-Request-Private-Network")) {
                // A public page that calls a server in the visitor's own network.
                headers.add("Access-Control-Allow-Private-Network", "true");
            }
        }
    }
}
