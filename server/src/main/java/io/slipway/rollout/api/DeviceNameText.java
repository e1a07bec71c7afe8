package io.slipway.rollout.api;

import io.slipway.lists.MacSpelling;
import io.slipway.protocol.Mac;
import io.slipway.rollout.rules.plan.NamedDevices;
import java.util.Optional;

/**
 * How a device is named in lists: {@code MAC}, or {@code account/MAC} where the account is needed.
 */
final class DeviceNameText {

    private DeviceNameText() {}

    /** Empty for anything else, and for a MAC that does not identify a single device. */
    static Optional<NamedDevices.DeviceName> parse(String text) {
        Optional<Mac> whole = MacSpelling.parse(text);
        if (whole.isPresent()) {
            return whole.filter(Mac::individual).map(mac -> new NamedDevices.DeviceName("", mac));
        }
        int slash = text.indexOf('/');
        String username = slash < 0 ? "" : text.substring(0, slash).strip();
        if (slash >= 0 && username.isEmpty()) {
            return Optional.empty();
        }
        return MacSpelling.parse(text.substring(slash + 1))
                .filter(Mac::individual)
                .map(mac -> new NamedDevices.DeviceName(username, mac));
    }

    static String of(NamedDevices.DeviceName device) {
        String mac = device.mac().toString();
        return device.username().isEmpty() ? mac : device.username() + "/" + mac;
    }
}
