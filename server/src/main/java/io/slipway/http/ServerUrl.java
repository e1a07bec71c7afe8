package io.slipway.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An external server's URL, parsed once: what is validated is also what is connected to.
 *
 * @param tls whether its scheme ends with {@code s}
 * @param host lower case; an IPv6 address without its brackets
 * @param port 1 to 65535
 * @param path with the query, begins with {@code /}
 */
public record ServerUrl(boolean tls, String host, int port, String path) {

    private static final Pattern ASCII = Pattern.compile("[!-~]+");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?");
    // Resolvers may accept anything with a numeric last part as an IPv4 address.
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");

    /**
     * Accepts URLs in printable ASCII with a host name or a plain address, without user info and
     * fragment.
     *
     * @param scheme {@code http} or {@code ws}; the variant with {@code s} is accepted as well
     * @param maxLength in characters
     */
    public static Optional<ServerUrl> parse(String text, String scheme, int maxLength) {
        if (text.length() > maxLength || !ASCII.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return parse(new URI(text), scheme);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<ServerUrl> parse(URI uri, String plain) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals(plain + "s");
        String authority = uri.getRawAuthority();
        String host = uri.getHost();
        boolean known = tls || scheme.equals(plain);
        if (!known || authority == null || authority.indexOf('@') >= 0) {
            return Optional.empty();
        }
        if (uri.isOpaque() || uri.getRawFragment() != null) {
            return Optional.empty();
        }
        int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
        // The JDK returns no host for names with an underscore, which containers have.
        String named = host != null ? host : colon < 0 ? authority : authority.substring(0, colon);
        int port = tls ? 443 : 80;
        if (colon >= 0) {
            String digits = authority.substring(colon + 1);
            if (!digits.matches("[0-9]{1,5}")) {
                return Optional.empty();
            }
            port = Integer.parseInt(digits);
        }
        Optional<String> name = host(named.toLowerCase(Locale.ROOT));
        if (name.isEmpty() || port < 1 || port > 65_535) {
            return Optional.empty();
        }
        String path =
                uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return Optional.of(new ServerUrl(tls, name.get(), port, path + query));
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

    /** Host and port, as in a URL: IPv6 addresses in brackets, the port always present. */
    public String authority() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
