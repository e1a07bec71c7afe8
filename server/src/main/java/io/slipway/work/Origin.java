package io.slipway.work;

import java.util.ArrayList;
import java.util.List;

/**
 * The client address as used by limits (decisions D2).
 *
 * @param address for logs and the audit
 * @param network see {@link Throttles#network}; {@code ""} if so many clients share one address
 *     that only the server's own limits apply
 * @param via the network of a proxy that the settings don't name and that reports its client's
 *     address; {@code ""} for none
 */
public record Origin(String address, String network, String via) {

    /** The limit for all clients behind a proxy together, as a multiple of that for one address. */
    public static final int CEILING = 50;

    /** The origin of a direct client. */
    public static Origin of(String address) {
        return new Origin(address, Throttles.network(address), "");
    }

    /** The limits here for something that one address may do {@code max} times. */
    public List<Throttles.Limit> limits(String what, int max) {
        var limits = new ArrayList<Throttles.Limit>(2);
        if (!network.isEmpty()) {
            limits.add(new Throttles.Limit(what + ":" + network, max));
        }
        if (!via.isEmpty()) {
            limits.add(new Throttles.Limit(what + ":via:" + via, max * CEILING));
        }
        return limits;
    }
}
