package io.slipway.simulator.strict;

import java.util.List;

/** What a device read from the network; {@link StrictHttp} found nothing that breaks it. */
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

    /** What no device breaks at yet, but is close. */
    public List<String> warnings() {
        return warnings;
    }
}
