package io.slipway.http.device;

import io.slipway.http.Request;
import io.slipway.protocol.ota.Reply;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A path of the device plane.
 *
 * @param handler runs on the event loop and must not wait; what must, it hands back as {@link
 *     AnswerLater}
 */
public record DeviceRoute(Function<Request, DeviceAnswer> handler) {

    /** An answer, or the work that leads to one. */
    public sealed interface DeviceAnswer {}

    /** Answered without waiting. */
    public record AnswerNow(Reply reply) implements DeviceAnswer {}

    /** To be run on a virtual thread of its own. */
    public record AnswerLater(Supplier<Reply> work) implements DeviceAnswer {}
}
