package io.slipway.simulator.strict;

import java.util.List;

/**
 * A response that a device read from the network; {@link StrictHttp} found nothing in it that would
 * break the device.
 */
public final class Response {

    private final int status;
    private final byte[] body;
    private final List<String> warnings;

    Response(int status, byte[] body, List<String> warnings) {
        this.status = status;
        this.body = body;
        this.warnings = List.copyOf(warnings);
    }

    public int status() {
        return status;
    }

    /** The body; the caller must not change it. */
    public byte[] body() {
        return body;
    }

    /** What does not break a device, but is close to it. */
    public List<String> warnings() {
        return warnings;
    }
}
