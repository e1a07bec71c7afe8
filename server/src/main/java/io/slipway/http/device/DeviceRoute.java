package io.slipway.http.device;

import io.slipway.http.Request;
import io.slipway.protocol.ota.Reply;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A path of the device plane.
 *
 * @param handler runs on the event loop and must not block; blocking work is returned as {@link
 *     AnswerLater}
 */
public record DeviceRoute(Function<Request, DeviceAnswer> handler) {

    /** A reply, or the work that produces one. */
    public sealed interface DeviceAnswer {}

    /** Answered without blocking. */
    public record AnswerNow(Reply reply) implements DeviceAnswer {}

    /** Runs on its own virtual thread. */
    public record AnswerLater(Supplier<Reply> work) implements DeviceAnswer {}
}
