package io.slipway.reach;

import io.slipway.http.Request;
import io.slipway.http.Subpath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How a request of a browser reached this server.
 *
 * @param used {@code scheme://host[:port]} that the browser shows; {@code ""} if unknown
 * @param host its Host header; {@code ""} for none
 * @param headers what proxies have written
 * @param proxy the address of the proxy that it came through; {@code ""} if there is none, or if it
 *     is named and reports its client
 * @param named whether what it reports counts
 * @param called {@code scheme://host[:port]} as the server understands it; {@code ""} if no device
 *     could use it
 * @param reported the same if the proxy were named
 */
record Arrival(
        String used,
        String host,
        List<ForwardingHeader> headers,
        String proxy,
        boolean named,
        String called,
        String reported) {

    /** A header that proxies write. */
    record ForwardingHeader(String name, String value) {}

    private static final Pattern BASE = Pattern.compile("https?://[^/?#\\s\"<>]{1,200}");
    private static final List<String> NAMES =
            List.of(
                    "Forwarded",
                    "X-Forwarded-For",
                    "X-Forwarded-Host",
                    "X-Forwarded-Port",
                    "X-Forwarded-Proto",
                    "X-Real-IP",
                    "Via");

    Arrival {
        headers = List.copyOf(headers);
    }

    /** Of a request whose query may have the browser's address; ignored unless it is one. */
    static Arrival of(Request request, ReachConfig config) {
        String used = request.query("address");
        String host = request.header("Host");
        var headers = new ArrayList<ForwardingHeader>();
        for (String name : NAMES) {
            List<String> lines = request.headers(name);
            if (!lines.isEmpty()) {
                headers.add(new ForwardingHeader(name, String.join(", ", lines)));
            }
        }
        boolean hidden = request.peer().hidden();
        boolean named = !hidden || config.http().isProxy(request.peer().address());
        return new Arrival(
                used == null || !BASE.matcher(used).matches() ? "" : used,
                host == null ? "" : host,
                headers,
                hidden ? request.peer().address() : "",
                named,
                request.peer().called(),
                request.reported());
    }

    /** Whether two addresses are the same, a usual port left out or not. */
    static boolean same(String one, String other) {
        return plain(one).equals(plain(other));
    }

    private static String plain(String url) {
        String lower = Subpath.origin(url).toLowerCase(Locale.ROOT);
        String port = lower.startsWith("https:") ? ":443" : ":80";
        return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
    }
}
