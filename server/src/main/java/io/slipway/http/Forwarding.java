package io.slipway.http;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What proxies report in a request's headers; null where they don't. {@code X-Forwarded-*} comes
 * first: {@code Forwarded} (RFC 7239) counts only in a request without any of them, because most
 * proxies write the former and pass on whatever their client wrote into the latter. Immutable.
 *
 * @param clients {@code X-Forwarded-For}, all lines
 * @param forwarded {@code Forwarded}, all lines
 * @param otherMark whether there is another header that only proxies send
 */
record Forwarding(
        @Nullable String clients,
        @Nullable String proto,
        @Nullable String host,
        @Nullable String port,
        @Nullable String forwarded,
        boolean otherMark) {

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    /**
     * What they amount to.
     *
     * @param client its address; null if none is reported
     * @param nearest the last address that is reported, whoever wrote it; {@code ""} if it is none
     * @param scheme {@code http} or {@code https}
     * @param authority {@code host[:port]} as the client called it; null if there is none
     */
    record ReportedAddress(
            @Nullable String client, String nearest, String scheme, @Nullable String authority) {}

    /** One proxy's part of {@code Forwarded}: about the request as that proxy received it. */
    private record ForwardedElement(
            @Nullable String client, @Nullable String proto, @Nullable String host) {}

    /** Those of a request; null if it has none, as when a device calls directly. */
    static @Nullable Forwarding of(MultiMap headers) {
        String clients = headers.get(HeaderNames.FORWARDED_FOR);
        String proto = headers.get(HeaderNames.FORWARDED_PROTO);
        String host = headers.get(HeaderNames.FORWARDED_HOST);
        String port = headers.get(HeaderNames.FORWARDED_PORT);
        String forwarded = headers.get(HeaderNames.FORWARDED);
        boolean otherMark =
                headers.contains(HeaderNames.REAL_IP) || headers.contains(HeaderNames.VIA);
        if (clients == null
                && proto == null
                && host == null
                && port == null
                && forwarded == null
                && !otherMark) {
            return null;
        }
        // A proxy may add a line of its own below what its client wrote.
        return new Forwarding(
                clients == null ? null : all(headers, HeaderNames.FORWARDED_FOR),
                proto,
                host,
                port,
                forwarded == null ? null : all(headers, HeaderNames.FORWARDED),
                otherMark);
    }

    private static String all(MultiMap headers, CharSequence name) {
        return String.join(",", headers.getAll(name));
    }

    /**
     * @param proxy whether an address is a named proxy's
     * @param called the request's own Host
     * @param own the scheme of the connection, for proxies that report none
     */
    ReportedAddress reported(Predicate<String> proxy, @Nullable String called, String own) {
        if (clients != null || proto != null || host != null || port != null) {
            List<@Nullable String> addresses =
                    clients == null ? List.of() : Arrays.asList(clients.split(",", -1));
            String scheme = scheme(first(proto), first(port), own);
            String name = host == null ? called : first(host);
            return new ReportedAddress(
                    client(addresses, proxy),
                    nearest(addresses),
                    scheme,
                    authority(name, first(port)));
        }
        List<ForwardedElement> hops = forwarded == null ? List.of() : hops(forwarded);
        List<@Nullable String> addresses = new ArrayList<>();
        for (ForwardedElement hop : hops) {
            addresses.add(hop.client);
        }
        String reportedProto = null;
        String reportedHost = null;
        // The outermost trusted proxy knows what the client called, unless it does not tell.
        for (int i = outermost(addresses, proxy); i < hops.size(); i++) {
            reportedProto = reportedProto == null ? hops.get(i).proto : reportedProto;
            reportedHost = reportedHost == null ? hops.get(i).host : reportedHost;
        }
        return new ReportedAddress(
                client(addresses, proxy),
                nearest(addresses),
                scheme(reportedProto, null, own),
                reportedHost == null ? called : reportedHost);
    }

    // ------------------------------------------------------------ the client

    // Proxies append on the right: the first one from there that is not a named proxy is the
    // client. What is left of it may be made up.
    private static int outermost(List<@Nullable String> addresses, Predicate<String> proxy) {
        for (int i = addresses.size() - 1; i > 0; i--) {
            String hop = address(addresses.get(i));
            if (hop == null || !proxy.test(hop)) {
                return i;
            }
        }
        return 0;
    }

    private static @Nullable String client(
            List<@Nullable String> addresses, Predicate<String> proxy) {
        return addresses.isEmpty() ? null : address(addresses.get(outermost(addresses, proxy)));
    }

    private static String nearest(List<@Nullable String> addresses) {
        String last = addresses.isEmpty() ? null : address(addresses.getLast());
        return last == null ? "" : last;
    }

    // Only those that are looked at are parsed: a client may have written thousands.
    private static @Nullable String address(@Nullable String hop) {
        String text = hop == null ? "" : hop.strip();
        return Cidr.address(text).isPresent() ? text : null;
    }

    // ------------------------------------------------------------ what it called

    // The first of a list was written by the proxy that the client called.
    private static @Nullable String first(@Nullable String list) {
        if (list == null) {
            return null;
        }
        int comma = list.indexOf(',');
        return (comma < 0 ? list : list.substring(0, comma)).strip();
    }

    // Some proxies report the scheme of WebSockets. Nobody serves plain HTTP on 443.
    private static String scheme(@Nullable String proto, @Nullable String port, String own) {
        boolean tls =
                proto == null
                        ? "443".equals(port) || own.equals("https")
                        : proto.equalsIgnoreCase("https") || proto.equalsIgnoreCase("wss");
        return tls ? "https" : "http";
    }

    // A port in the host is what the client called, whatever the proxy listens on; without one it
    // may have been lost on the way. 80 and 443 are nobody's: either they are usual for the scheme,
    // or an inner proxy's own.
    private static @Nullable String authority(@Nullable String host, @Nullable String port) {
        boolean lost = host != null && port != null && host.indexOf(':') < 0;
        if (!lost || !PORT.matcher(port).matches()) {
            return host;
        }
        int number = Integer.parseInt(port);
        boolean usual = number == 80 || number == 443;
        return usual || number < 1 || number > 65_535 ? host : host + ":" + number;
    }

    // ------------------------------------------------------------ Forwarded

    /** The elements of {@code Forwarded}; none if it is malformed. */
    private static List<ForwardedElement> hops(String header) {
        var hops = new ArrayList<ForwardedElement>();
        for (String element : split(header, ',')) {
            if (element.isBlank()) {
                continue;
            }
            String client = null;
            String proto = null;
            String host = null;
            for (String pair : split(element, ';')) {
                int equals = pair.indexOf('=');
                String value = equals < 0 ? null : value(pair.substring(equals + 1).strip());
                if (value == null) {
                    // An empty element or parameter is harmless.
                    if (pair.isBlank()) {
                        continue;
                    }
                    return List.of();
                }
                switch (pair.substring(0, equals).strip().toLowerCase(Locale.ROOT)) {
                    case "for" -> client = node(value);
                    case "proto" -> proto = value;
                    case "host" -> host = value;
                    default -> {}
                }
            }
            hops.add(new ForwardedElement(client, proto, host));
        }
        return hops;
    }

    private static List<String> split(String text, char separator) {
        var parts = new ArrayList<String>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    // A token or a quoted string; null if it is neither.
    private static @Nullable String value(String text) {
        if (text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")) {
            return text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1");
        }
        return TOKEN.matcher(text).matches() ? text : null;
    }

    // 192.0.2.1, 192.0.2.1:80, [2001:db8::1] or [2001:db8::1]:80
    private static String node(String value) {
        if (value.startsWith("[")) {
            int end = value.indexOf(']');
            return end < 0 ? value : value.substring(1, end);
        }
        int colon = value.indexOf(':');
        return colon < 0 ? value : value.substring(0, colon);
    }
}
