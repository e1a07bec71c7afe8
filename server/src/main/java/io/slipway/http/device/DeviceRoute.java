package io.slipway.http.device;

import io.slipway.http.Request;
import io.slipway.protocol.ota.Reply;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A path of the device plane.
 *
 * @param handler runs on the event loop and must not wait; what must, it hands back as {@link
 *     Later}
 */
public record DeviceRoute(Function<Request, Outcome> handler) {

    /** An answer, or the work that leads to one. */
    public sealed interface Outcome {}

    /** Answered without waiting. */
    public record Now(Reply reply) implements Outcome {}

    /** To be run on a virtual thread of its own. */
    public record Later(Supplier<Reply> work) implements Outcome {}
}
