package io.slipway.simulator.strict;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response that a device read from the network; {@link StrictHttp} found nothing in it that would
 * break the device.
 */
public final class Response {

    private final int status;
    private final byte[] body;
    private final List<String> warnings;
    private final @Nullable RuleBroken afterwards;

    Response(int status, byte[] body, List<String> warnings) {
        this(status, body, warnings, null);
    }

    private Response(
            int status, byte[] body, List<String> warnings, @Nullable RuleBroken afterwards) {
        this.status = status;
        this.body = body;
        this.warnings = List.copyOf(warnings);
        this.afterwards = afterwards;
    }

    /** This response of a server that broke a rule after it was read. */
    public Response followedBy(RuleBroken broken) {
        return new Response(status, body, warnings, broken);
    }

    /** This response with one more warning. */
    public Response warned(String warning) {
        var more = new ArrayList<>(warnings);
        more.add(warning);
        return new Response(status, body, more, afterwards);
    }

    public int status() {
        return status;
    }

    /** The body; the caller must not change it. */
    public byte[] body() {
        return body;
    }

    /** What broke the device after it had read the response; null for nothing. */
    public @Nullable RuleBroken afterwards() {
        return afterwards;
    }

    /** What does not break a device, but is close to it. */
    public List<String> warnings() {
        return warnings;
    }
}
