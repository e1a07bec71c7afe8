package io.slipway.http.edge;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Paths that are written in more than one way. */
final class Paths {

    private Paths() {}

    /** The path with repeated slashes as one; null if there are none. */
    static @Nullable String single(String path) {
        if (!path.contains("//")) {
            return null;
        }
        var single = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '/' || i == 0 || path.charAt(i - 1) != '/') {
                single.append(c);
            }
        }
        return single.toString();
    }

    /**
     * Whether another program, such as a proxy with rules of its own, could take it for another
     * path: it contains empty segments, {@code .}, {@code ..}, backslashes, or encoded slashes.
     */
    static boolean ambiguous(String path) {
        if (path.contains("//") || path.indexOf('\\') >= 0) {
            return true;
        }
        if (path.indexOf('.') < 0 && path.indexOf('%') < 0) {
            return false;
        }
        String lower = path.toLowerCase(Locale.ROOT);
        if (lower.contains("%2f") || lower.contains("%5c")) {
            return true;
        }
        for (String segment : lower.split("/", -1)) {
            String plain = segment.replace("%2e", ".");
            if (plain.equals(".") || plain.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
