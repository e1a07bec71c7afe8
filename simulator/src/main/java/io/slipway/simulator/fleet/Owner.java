package io.slipway.simulator.fleet;

import java.io.IOException;

/** The person who reads a code from a device and enters it in the console. */
@FunctionalInterface
public interface Owner {

    /**
     * Binds the device that shows {@code code}. Called again when the device announces its code
     * again after a failure; at most 8 calls at once.
     *
     * @throws IOException if the code was not accepted, with the reason
     */
    void enter(String mac, String code) throws IOException;
}
