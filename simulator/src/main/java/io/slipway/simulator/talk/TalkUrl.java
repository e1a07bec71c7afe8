package io.slipway.simulator.talk;

import io.slipway.simulator.device.OtaUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * The address for talking in the OTA reply, parsed like {@code web_socket.cc:69-110}.
 *
 * @param secure with TLS
 * @param host a name or an IPv4 address
 * @param port by default 443 for {@code wss} and 80 for everything else
 * @param path the rest, at least {@code /}
 */
public record TalkUrl(boolean secure, String host, int port, String path) {

    private static final Pattern FORM =
            Pattern.compile("(ws|wss|http|https)://([A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(/[!-~]*)?");

    public TalkUrl {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }

    /**
     * @throws IllegalArgumentException if it is invalid
     */
    public static TalkUrl parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not the address of a WebSocket: " + text);
        }
        String scheme = matcher.group(1);
        String port = matcher.group(3);
        String path = matcher.group(4);
        return new TalkUrl(
                scheme.equals("wss") || scheme.equals("https"),
                matcher.group(2),
                port != null ? Integer.parseInt(port) : scheme.equals("wss") ? 443 : 80,
                path == null ? "/" : path);
    }

    InetAddress address() throws IOException {
        return OtaUrl.ipv4(host);
    }
}
