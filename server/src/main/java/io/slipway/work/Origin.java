package io.slipway.work;

import java.util.ArrayList;
import java.util.List;

/**
 * What limits of one address go by (decisions D2).
 *
 * @param address as logs and the audit name it
 * @param network see {@link Throttles#network}; {@code ""} where so many come through one address
 *     that only the server's own limits hold
 * @param via the network of a proxy that the settings don't name and that says for whom it calls;
 *     {@code ""} for none
 */
public record Origin(String address, String network, String via) {

    /** What all behind a proxy have together, as a multiple of what one address has. */
    public static final int CEILING = 50;

    /** An address that speaks for itself. */
    public static Origin of(String address) {
        return new Origin(address, Throttles.network(address), "");
    }

    /** What is let pass from here of something that one address may do {@code max} times. */
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
