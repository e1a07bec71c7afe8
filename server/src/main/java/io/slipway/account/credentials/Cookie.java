package io.slipway.account.credentials;

import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Subpath;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The web UI's login: a cookie that scripts can't read and other sites can't use. */
public final class Cookie {

    private static final String NAME = "slipway_login";

    /** Another site's form can't send it; its script needs our permission first (CORS). */
    public static final String HEADER = "X-Slipway-Console";

    private static final Set<String> SAFE = Set.of("GET", "HEAD");

    private Cookie() {}

    public static String set(Request request, String token, long seconds) {
        // Compared with the page's origin, because behind a proxy a server may not know its own
        // address.
        String origin = request.header("Origin");
        String base = request.peer().base();
        String below = Subpath.origin(base).equalsIgnoreCase(origin) ? Subpath.of(base).path() : "";
        return set(token, seconds, origin != null && origin.startsWith("https:"), below);
    }

    /**
     * @param secure whether only https may carry it
     * @param below the path that the server is below, which other programs of the host must not get
     *     it from; {@code ""} for none
     */
    public static String set(String token, long seconds, boolean secure, String below) {
        return NAME
                + "="
                + token
                + "; Path="
                + (below.isEmpty() ? "/" : below)
                + "; HttpOnly; SameSite=Strict; Max-Age="
                + seconds
                + (secure ? "; Secure" : "");
    }

    public static String clear(Request request) {
        return set(request, "", 0);
    }

    /**
     * The token in a request's cookie, or null.
     *
     * @throws Problem 403 when the request changes something and may come from another site
     */
    public static @Nullable String token(Request request) {
        String token = request.cookie(NAME);
        if (token != null && !SAFE.contains(request.method())) {
            requireOwnSite(request);
        }
        return token;
    }

    public static void requireOwnSite(Request request) {
        boolean named = request.header(HEADER) != null;
        if (!named || !ownOrigin(request)) {
            throw new Problem(
                    403,
                    "缺少 " + HEADER + " 请求头或来源不符",
                    "The " + HEADER + " header is missing, or the Origin is another site");
        }
    }

    /** Whether the page that sent it is this server's, by the settings or by the Host header. */
    public static boolean ownOrigin(Request request) {
        String origin = request.header("Origin");
        String host = request.header("Host");
        return origin != null
                && (origin.equalsIgnoreCase(Subpath.origin(request.peer().base()))
                        || origin.equalsIgnoreCase("http://" + host)
                        || origin.equalsIgnoreCase("https://" + host));
    }
}
