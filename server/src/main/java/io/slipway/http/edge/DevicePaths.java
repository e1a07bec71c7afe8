package io.slipway.http.edge;

import io.slipway.http.device.DeviceRoute;
import io.slipway.http.socket.SocketRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The paths of the device plane, each with and without a trailing slash. Not changed once the
 * server has started.
 */
final class DevicePaths {

    private final Map<String, DeviceRoute> devices = new HashMap<>();
    private final Map<String, SocketRoute> sockets = new HashMap<>();
    private final List<String> tops = new ArrayList<>();

    void add(String path, DeviceRoute route) {
        String bare = bare(path);
        devices.put(bare, route);
        devices.put(bare + "/", route);
        tops.add(bare);
    }

    void add(String path, SocketRoute route) {
        String bare = bare(path);
        sockets.put(bare, route);
        sockets.put(bare + "/", route);
        tops.add(bare);
    }

    /** Everything with that prefix is a file. */
    void addFiles(String prefix) {
        tops.add(bare(prefix));
    }

    @Nullable DeviceRoute device(String path) {
        return devices.get(path);
    }

    @Nullable SocketRoute socket(String path) {
        return sockets.get(path);
    }

    /** Whether it is one of the paths, or below one: only devices call such a path. */
    boolean include(String path) {
        for (String top : tops) {
            if (path.startsWith(top)
                    && (path.length() == top.length() || path.charAt(top.length()) == '/')) {
                return true;
            }
        }
        return false;
    }

    private static String bare(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
