package io.slipway.simulator.strict;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a device understood of a reply to its OTA check.
 *
 * @param code digits to show and speak
 * @param message shown on the screen
 * @param challenge for {@code /activate}
 * @param websocket what goes to NVS: strings as they are, numbers as text
 * @param mqtt likewise
 * @param version {@code firmware.version}
 * @param url {@code firmware.url}, empty for none
 * @param upgrade whether the device would now download {@code url}
 */
public record OtaAnswer(
        @Nullable String code,
        @Nullable String message,
        @Nullable String challenge,
        Map<String, String> websocket,
        Map<String, String> mqtt,
        @Nullable String version,
        String url,
        boolean upgrade) {

    /** Either of the two makes a device continue activating (device-contract 2.2). */
    public boolean needsActivation() {
        return code != null || challenge != null;
    }
}
