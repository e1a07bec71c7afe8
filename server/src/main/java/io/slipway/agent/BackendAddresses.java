package io.slipway.agent;

import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.ServerAddresses;
import io.slipway.http.ServerAddresses.PrivateAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** The addresses that a voice backend may have. Thread-safe. */
public final class BackendAddresses {

    private final ServerAddresses addresses;

    /**
     * @param privateAllowed whether every address is allowed at the moment
     */
    public BackendAddresses(BooleanSupplier privateAllowed) {
        this.addresses = new ServerAddresses(privateAllowed);
    }

    /**
     * The check when an agent is saved: resolves no names, so a name may still turn out to be
     * private.
     *
     * @throws Problem 400 if it is not a backend's URL, or one that is clearly private
     */
    public void check(String url) {
        BackendUrl parsed =
                BackendUrl.parse(url)
                        .orElseThrow(() ->
                                Problem.field(
                                        "backend.url",
                                        "应为 ws:// 或 wss:// 地址，最多 "
                                                + BackendUrl.MAX_LENGTH
                                                + " 个字符，不含用户名和 #",
                                        "must be a ws:// or wss:// URL of at most "
                                                + BackendUrl.MAX_LENGTH
                                                + " characters, without user info or fragment"));
        if (addresses.refuses(parsed.host())) {
            throw Problem.field(
                    "backend.url",
                    "不能指向内网地址；管理员可设置 session.private-backends=on",
                    "must not point into a private network, unless session.private-backends=on is"
                            + " set");
        }
    }

    /**
     * Applies the {@code backend} of a body to an existing backend, as in console-api rows 7 and 8:
     * an absent token is left unchanged only if the host is.
     *
     * @throws Problem 400 that names the invalid field
     */
    public Backend changed(Fields fields, Backend before) {
        return BackendFields.of(fields, this).apply(before);
    }

    /** See {@link ServerAddresses#resolve}. */
    public InetAddress resolve(String host) throws UnknownHostException, PrivateAddress {
        return addresses.resolve(host);
    }

    /** See {@link ServerAddresses#resolveLater}. */
    public CompletableFuture<InetAddress> resolveLater(String host) {
        return addresses.resolveLater(host);
    }
}
