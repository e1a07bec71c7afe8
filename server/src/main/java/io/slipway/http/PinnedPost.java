package io.slipway.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Map;

/** Posts to an address that was checked: the name is not resolved again. */
public final class PinnedPost {

    private PinnedPost() {}

    /**
     * For the framework's client. Redirects are not followed.
     *
     * @param address where to connect: the validated result of resolving the URL's host. The {@code
     *     Host} header and the certificate's name remain the URL's
     */
    public static RequestOptions options(
            ServerUrl url, InetAddress address, Map<String, String> headers) {
        var options =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setServer(SocketAddress.inetSocketAddress(url.port(), literal(address)))
                        .setHost(url.host().indexOf(':') >= 0 ? "[" + url.host() + "]" : url.host())
                        .setPort(url.port())
                        .setSsl(url.tls())
                        .setURI(url.path())
                        .setFollowRedirects(false);
        headers.forEach(options::addHeader);
        return options;
    }

    // Without the name, which would be resolved again.
    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return address instanceof Inet6Address ? "[" + text + "]" : text;
    }
}
