package io.slipway.http;

/**
 * A registered route.
 *
 * @param method {@code *} if the route's own handler decides
 * @param path as registered: with {@code {names}}; for a download, a prefix
 * @param scope what it needs of its caller; {@code OPEN} unless a route of the console plane, since
 *     devices identify themselves differently
 */
public record ListedRoute(RouteKind kind, String method, String path, RouteScope scope) {

    /** The kinds of routes, by their callers. */
    public enum RouteKind {
        CONSOLE,
        DEVICE,
        SOCKET,
        DOWNLOAD
    }

    public ListedRoute {
        if (!scope.suits(method)) {
            throw new IllegalArgumentException(method + " " + path + " can't need " + scope);
        }
    }

    /** A route of anything but the console plane. */
    public ListedRoute(RouteKind kind, String method, String path) {
        this(kind, method, path, RouteScope.OPEN);
    }
}
