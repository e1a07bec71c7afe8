package io.slipway.http;

import io.slipway.protocol.ota.Reply;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A path of the device plane.
 *
 * @param quick answers on the event loop what needs no waiting, or returns null
 * @param slow answers the rest on a virtual thread of its own; may wait
 */
public record DeviceRoute(
        Function<Request, @Nullable Reply> quick, Function<Request, Reply> slow) {}
