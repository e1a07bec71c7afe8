package io.slipway.protocol.firmware;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds OTA addresses among the strings in an image's constants while it is read. Only whole
 * strings count, from NUL to NUL: an example on the Wi-Fi setup page is not an address that the
 * firmware calls. Not thread-safe.
 */
final class AddressScan {

    private final List<OtaAddress> found = new ArrayList<>();
    private final byte[] text = new byte[OtaAddress.MAX_LENGTH];
    private int length;

    /** A segment of constants begins. */
    void begin() {
        length = 0;
    }

    void take(byte[] bytes, int from, int count) {
        for (int i = from; i < from + count; i++) {
            byte b = bytes[i];
            if (b >= ' ' && b <= '~') {
                // A text that is too long for an address is counted but not stored.
                if (length < text.length) {
                    text[length] = b;
                }
                length = Math.min(length + 1, text.length + 1);
            } else {
                if (b == 0 && length > 0) {
                    ended();
                }
                length = 0;
            }
        }
    }

    private void ended() {
        if (length > text.length || text[0] != 'h' || found.size() == AppImage.MAX_ADDRESSES) {
            return;
        }
        OtaAddress.parse(new String(text, 0, length, StandardCharsets.US_ASCII))
                .filter(address -> !found.contains(address))
                .ifPresent(found::add);
    }

    List<OtaAddress> found() {
        return List.copyOf(found);
    }
}
