package io.slipway.protocol;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The URLs that the firmware's own parsers survive ({@code http_client.cc:58-117}, {@code
 * web_socket.cc:85-134}, {@code mqtt_protocol.cc:151-154}): a {@code :} anywhere but before a
 * numeric port makes {@code std::stoi} throw, which reboots the device.
 */
public final class WireUrl {

    /** The maximum length of a URL that is sent; NVS takes 4000 bytes, the whole reply has 4096. */
    public static final int MAX_LENGTH = 700;

    private static final String HOST = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})";
    private static final String PORT = "(?::(?<port>[0-9]{1,5}))?";
    // Visible ASCII without quote, backslash, colon and fragment.
    private static final String REST = "(?:[/?][!$-9;-\\[\\]-~]*)?";

    private static final Rule ENDPOINT = new Rule("(?<host>" + HOST + ")" + PORT);
    private static final Rule SOCKET = new Rule("wss?://" + HOST + PORT + REST);
    private static final Rule DOWNLOAD = new Rule("https?://" + HOST + PORT + REST);

    private WireUrl() {}

    /** Whether {@code text} is {@code host} or {@code host:port}: an MQTT endpoint, or a Host. */
    public static boolean isEndpoint(String text) {
        return fits(ENDPOINT, text);
    }

    /** Whether a device can open {@code text} as its WebSocket. */
    public static boolean isSocket(String text) {
        return fits(SOCKET, text);
    }

    /** Whether a device can download from {@code text}. */
    public static boolean isDownload(String text) {
        return fits(DOWNLOAD, text);
    }

    private static boolean fits(Rule rule, String text) {
        return text.equals(rule.last) || rule.fits(text);
    }

    /**
     * A form, and the last text that matched it: nearly all devices use one host and get one URL.
     */
    private static final class Rule {
        private final Pattern pattern;
        // Never empty: the empty text matches no form.
        private volatile @Nullable String last;

        Rule(String regex) {
            pattern = Pattern.compile(regex);
        }

        boolean fits(String text) {
            if (text.length() > MAX_LENGTH) {
                return false;
            }
            var matcher = pattern.matcher(text);
            if (!matcher.matches()) {
                return false;
            }
            String port = matcher.group("port");
            boolean fits =
                    port == null
                            || (Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= 65535);
            if (fits) {
                last = text;
            }
            return fits;
        }
    }
}
