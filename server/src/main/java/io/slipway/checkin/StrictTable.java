package io.slipway.checkin;

import io.slipway.http.Request;
import io.slipway.protocol.ota.CheckIn;
import org.jspecify.annotations.Nullable;

/**
 * Enforces the published protocol's table of headers and fields to the letter, for {@code
 * ota.strict=true}. Its own example request violates it, and so does every firmware before 1.6.0.
 */
final class StrictTable {

    private StrictTable() {}

    /** What the request violates, or null. */
    static @Nullable String violation(Request request, CheckIn checkIn) {
        String activation = request.header("Activation-Version");
        if (!"1".equals(activation) && !"2".equals(activation)) {
            return "Activation-Version must be 1 or 2";
        }
        if (absent(request.header("Client-Id"))) {
            return "Client-Id is required";
        }
        if (absent(request.header("User-Agent"))) {
            return "User-Agent is required";
        }
        if (!checkIn.complete()) {
            return "the body must be a JSON object";
        }
        if (!checkIn.application().present() || checkIn.application().version().isEmpty()) {
            return "application.version is required";
        }
        if (!checkIn.board().present()) {
            return "board is required";
        }
        String mac = checkIn.mac();
        if (mac == null || mac.isBlank()) {
            return "mac_address is required";
        }
        return mac.equals(request.header("Device-Id"))
                ? null
                : "mac_address must equal Device-Id exactly";
    }

    private static boolean absent(@Nullable String value) {
        return value == null || value.isBlank();
    }
}
