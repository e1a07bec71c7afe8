package io.slipway.simulator.board;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings in a device's flash. They survive a reboot, and each write wears the flash. */
public final class Nvs {

    private final Map<String, String> values = new HashMap<>();
    private long writes;

    /** Writes changed values, as the firmware does; other keys stay unchanged. */
    public void store(String namespace, Map<String, String> settings) {
        settings.forEach((key, value) -> {
            if (!value.equals(values.put(namespace + "/" + key, value))) {
                writes++;
            }
        });
    }

    /** {@code idf.py erase-flash}. */
    public void erase() {
        values.clear();
    }

    /** The value of a key such as {@code websocket/url}, null if it was never written. */
    public @Nullable String get(String key) {
        return values.get(key);
    }

    /** How many values have been written since the device was created. */
    public long writes() {
        return writes;
    }
}
