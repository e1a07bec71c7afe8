package io.slipway.agent;

import io.slipway.http.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Which addresses a voice backend may have. Anybody with an account names a URL and this server
 * connects to it from inside its own network: without this, that would be a door into it.
 * Thread-safe.
 */
public final class BackendAddresses {

    /** A name that leads into a private network. */
    public static final class PrivateAddress extends IOException {
        PrivateAddress(String host) {
            super(host + " is in a private network");
        }
    }

    private final boolean privateAllowed;

    /**
     * @param privateAllowed whether every address is allowed
     */
    public BackendAddresses(boolean privateAllowed) {
        this.privateAllowed = privateAllowed;
    }

    /**
     * When an agent is saved: asks no name server, so a name may still turn out to be private.
     *
     * @throws Problem 400 when it is not a URL of a backend, or one that is plainly private
     */
    public void check(String url) {
        if (BackendUrl.parse(url).isEmpty()) {
            throw Problem.field(
                    "backend.url", "应为 ws:// 或 wss:// 地址", "must be a ws:// or wss:// URL");
        }
    }

    /**
     * The address to connect to, looked up now: connect to this very address, because the next
     * answer for the name may be another. Blocks; never on an event loop.
     *
     * @param host of {@link Backend.Relay#target}
     * @throws PrivateAddress when one of the name's addresses is private
     * @throws UnknownHostException when there is no such name, or nobody answers in time
     */
    public InetAddress resolve(String host) throws UnknownHostException, PrivateAddress {
        InetAddress[] all = InetAddress.getAllByName(host);
        for (InetAddress address : all) {
            if (!privateAllowed && address.isLoopbackAddress()) {
                throw new PrivateAddress(host);
            }
        }
        return all[0];
    }
}
