package io.slipway.simulator.device;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * The address in a device's settings, parsed as firmware does ({@code http_client.cc:58-117}): no
 * user, no IPv6, no fragment.
 *
 * @param secure whether it begins with {@code https}
 * @param host a name or an IPv4 address
 * @param port the scheme's default if none is given
 * @param path the rest, at least {@code /}
 */
public record OtaUrl(boolean secure, String host, int port, String path) {

    private static final Pattern FORM =
            Pattern.compile("(https?)://([A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(/[!-~]*)?");

    /**
     * @throws IllegalArgumentException if it is invalid
     */
    public static OtaUrl parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not an http(s) address: " + text);
        }
        boolean secure = matcher.group(1).equals("https");
        String port = matcher.group(3);
        String path = matcher.group(4);
        return new OtaUrl(
                secure,
                matcher.group(2),
                port != null ? Integer.parseInt(port) : secure ? 443 : 80,
                path == null ? "/" : path);
    }

    public OtaUrl {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }

    /** Plain concatenation, as in {@code ota.cc:464-469}. */
    String activatePath() {
        return path + (path.endsWith("/") ? "activate" : "/activate");
    }

    /** With the port only if it is not the default. */
    public String hostHeader() {
        return port == (secure ? 443 : 80) ? host : host + ":" + port;
    }

    /**
     * The same without a trailing slash, as some people type it; device-contract R14 makes it work.
     */
    public OtaUrl withoutSlash() {
        return path.length() > 1 && path.endsWith("/")
                ? new OtaUrl(secure, host, port, path.substring(0, path.length() - 1))
                : this;
    }

    /** {@code http://host:port}, for the console API of the same server. */
    public String origin() {
        return (secure ? "https://" : "http://") + host + ":" + port;
    }

    public InetAddress address() throws IOException {
        return ipv4(host);
    }

    /** Devices speak IPv4 only. */
    public static InetAddress ipv4(String host) throws IOException {
        for (InetAddress address : InetAddress.getAllByName(host)) {
            if (address instanceof Inet4Address) {
                return address;
            }
        }
        throw new UnknownHostException(host + " has no IPv4 address");
    }
}
