package io.slipway.protocol.firmware;

import io.slipway.protocol.WireUrl;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address that firmware calls for its OTA check unless another one was typed into the device, as
 * it is in the image ({@code CONFIG_OTA_URL} of the public firmware).
 *
 * @param url {@code http://} or {@code https://}, a host, perhaps a port, and a path that ends in
 *     {@code /ota} or {@code /ota/}; at most {@link #MAX_LENGTH} characters
 * @param host in lower case
 * @param port 1 to 65535, the scheme's default if not specified
 */
public record OtaAddress(String url, String host, int port) {

    public static final int MAX_LENGTH = 200;

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private static final Pattern FORM =
            Pattern.compile("(https?)://([A-Za-z0-9._:-]+)(?:/[!$-9;-\\[\\]-~]*)?/ota/?");

    /** Empty if it is not such an address, or if no device could call it. */
    public static Optional<OtaAddress> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        var matcher = FORM.matcher(text);
        if (!matcher.matches() || !WireUrl.isEndpoint(matcher.group(2))) {
            return Optional.empty();
        }
        boolean tls = matcher.group(1).equals("https");
        Endpoint called = Endpoint.of(matcher.group(2), tls ? HTTPS : HTTP);
        return Optional.of(new OtaAddress(text, called.host, called.port));
    }

    private record Endpoint(String host, int port) {

        static Endpoint of(String text, int usual) {
            int colon = text.indexOf(':');
            return new Endpoint(
                    (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT),
                    colon < 0 ? usual : Integer.parseInt(text.substring(colon + 1)));
        }
    }

    /**
     * Whether it leads to the given server.
     *
     * @param base {@code scheme://host[:port][/path]}
     */
    public boolean leadsTo(String base) {
        int slashes = base.indexOf("://");
        int path = base.indexOf('/', slashes + 3);
        String endpoint =
                slashes < 0 ? "" : base.substring(slashes + 3, path < 0 ? base.length() : path);
        return WireUrl.isEndpoint(endpoint)
                && Endpoint.of(endpoint, base.startsWith("https:") ? HTTPS : HTTP)
                        .equals(new Endpoint(host, port));
    }

    /**
     * Whether a device that calls it sends this {@code Host}. A Host without a port may belong to
     * either scheme: a proxy may have accepted the call.
     */
    public boolean sends(String hostHeader) {
        return WireUrl.isEndpoint(hostHeader)
                && (leadsTo("http://" + hostHeader) || leadsTo("https://" + hostHeader));
    }
}
