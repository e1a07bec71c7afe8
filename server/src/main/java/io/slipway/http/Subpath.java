package io.slipway.http;

/**
 * A server below a path of a host that it shares: {@code https://home.example/slipway}. A proxy may
 * cut the path off what it passes on, or leave it there: both are understood, and whoever calls the
 * server's own port need not know it.
 *
 * @param path begins with a slash and does not end with one; empty for a host of its own
 */
public record Subpath(String path) {

    /** Of {@code scheme://host[:port][/path]}; {@code ""} for none. */
    public static Subpath of(String publicUrl) {
        int slash = publicUrl.indexOf('/', publicUrl.indexOf("://") + 3);
        return new Subpath(publicUrl.isEmpty() || slash < 0 ? "" : publicUrl.substring(slash));
    }

    /** A URL like that without its path: what browsers call an origin. */
    public static String origin(String publicUrl) {
        return publicUrl.substring(0, publicUrl.length() - of(publicUrl).path.length());
    }

    /** A request's path as if this server had a host of its own. */
    public String cutOff(String called) {
        int end = path.length();
        if (end == 0 || !called.startsWith(path)) {
            return called;
        }
        if (called.length() == end) {
            return "/";
        }
        return called.charAt(end) == '/' ? called.substring(end) : called;
    }
}
