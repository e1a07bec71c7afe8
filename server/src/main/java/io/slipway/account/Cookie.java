package io.slipway.account;

import io.slipway.http.Problem;
import io.slipway.http.Request;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The web UI's login: a cookie that no script can read and no other site can use. */
final class Cookie {

    private static final String NAME = "slipway_login";

    /** A form of another site can't send it, a script of another site only after asking us. */
    static final String HEADER = "X-Slipway-Console";

    private static final Set<String> SAFE = Set.of("GET", "HEAD");

    private Cookie() {}

    static String set(Request request, String token, long seconds) {
        // By the page that asked, as a server behind a proxy may not know how it was called.
        String origin = request.header("Origin");
        String secure = origin != null && origin.startsWith("https:") ? "; Secure" : "";
        return NAME
                + "="
                + token
                + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
                + seconds
                + secure;
    }

    static String clear(Request request) {
        return set(request, "", 0);
    }

    /**
     * The token in a request's cookie; null when there is none.
     *
     * @throws Problem 403 when the request changes something and may come from another site
     */
    static @Nullable String token(Request request) {
        String token = request.cookie(NAME);
        if (token != null && !SAFE.contains(request.method())) {
            requireOwnSite(request);
        }
        return token;
    }

    static void requireOwnSite(Request request) {
        boolean named = request.header(HEADER) != null;
        if (!named || !ownOrigin(request)) {
            throw new Problem(
                    403,
                    "缺少 " + HEADER + " 请求头或来源不符",
                    "The " + HEADER + " header is missing or the Origin is another site");
        }
    }

    /** Whether the page that sent it came from this server, by its settings or by its Host. */
    static boolean ownOrigin(Request request) {
        String origin = request.header("Origin");
        String host = request.header("Host");
        return origin != null
                && (origin.equalsIgnoreCase(request.peer().base())
                        || origin.equalsIgnoreCase("http://" + host)
                        || origin.equalsIgnoreCase("https://" + host));
    }
}
