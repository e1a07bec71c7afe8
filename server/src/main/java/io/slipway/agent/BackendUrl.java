package io.slipway.agent;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A relay's URL, taken apart once: what is checked is then also what is connected to.
 *
 * @param tls whether it is {@code wss}
 * @param host lower case; an IPv6 address without its brackets
 * @param port 1 to 65535
 * @param path with the query, begins with {@code /}
 */
public record BackendUrl(boolean tls, String host, int port, String path) {

    /** The longest URL, in characters. */
    public static final int MAX_LENGTH = 512;

    private static final Pattern ASCII = Pattern.compile("[!-~]+");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?");
    // What a resolver may take for an IPv4 address however it is spelt: its last part is a number.
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");

    /**
     * Takes {@code ws} and {@code wss} URLs of printable ASCII with a host name or a plainly
     * written address, without user and fragment.
     */
    public static Optional<BackendUrl> parse(String text) {
        if (text.length() > MAX_LENGTH || !ASCII.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return parse(new URI(text));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<BackendUrl> parse(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("wss");
        String authority = uri.getRawAuthority();
        String host = uri.getHost();
        boolean socket = tls || scheme.equals("ws");
        if (!socket || authority == null || authority.indexOf('@') >= 0) {
            return Optional.empty();
        }
        if (uri.isOpaque() || uri.getRawFragment() != null) {
            return Optional.empty();
        }
        int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
        // The JDK gives no host for names with an underscore, which containers have.
        String named = host != null ? host : colon < 0 ? authority : authority.substring(0, colon);
        int port = tls ? 443 : 80;
        if (colon >= 0) {
            String digits = authority.substring(colon + 1);
            if (!digits.matches("[0-9]{1,5}")) {
                return Optional.empty();
            }
            port = Integer.parseInt(digits);
        }
        Optional<String> plain = host(named.toLowerCase(Locale.ROOT));
        if (plain.isEmpty() || port < 1 || port > 65_535) {
            return Optional.empty();
        }
        String path =
                uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return Optional.of(new BackendUrl(tls, plain.get(), port, path + query));
    }

    private static Optional<String> host(String text) {
        if (text.startsWith("[")) {
            String inner = text.endsWith("]") ? text.substring(1, text.length() - 1) : "";
            return inner.matches("[0-9a-f:.]{2,45}") && inner.indexOf(':') >= 0 && literal(inner)
                    ? Optional.of(inner)
                    : Optional.empty();
        }
        if (IPV4.matcher(text).matches()) {
            return Optional.of(text);
        }
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (name.isEmpty() || name.length() > 253) {
            return Optional.empty();
        }
        String last = "";
        for (String label : name.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                return Optional.empty();
            }
            last = label;
        }
        return NUMBER.matcher(last).matches() ? Optional.empty() : Optional.of(text);
    }

    private static boolean literal(String address) {
        try {
            InetAddress.ofLiteral(address);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Scheme, host and port: a token is never sent to another. */
    public String origin() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return (tls ? "wss://" : "ws://") + shown + ":" + port;
    }
}
