package io.slipway.http;

/**
 * A route as it was added.
 *
 * @param method {@code *} where the route's own handler decides about that
 * @param path as it was given: with {@code {names}}; a download's is a prefix
 */
public record ListedRoute(RouteKind kind, String method, String path) {

    /** Who calls it. */
    public enum RouteKind {
        CONSOLE,
        DEVICE,
        SOCKET,
        DOWNLOAD
    }
}
