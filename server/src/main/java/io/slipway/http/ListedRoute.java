package io.slipway.http;

/**
 * A registered route.
 *
 * @param method {@code *} if the route's own handler decides
 * @param path as registered: with {@code {names}}; for a download, a prefix
 */
public record ListedRoute(RouteKind kind, String method, String path) {

    /** The kinds of routes, by their callers. */
    public enum RouteKind {
        CONSOLE,
        DEVICE,
        SOCKET,
        DOWNLOAD
    }
}
