package io.slipway.http.socket;

import io.slipway.http.Request;
import io.slipway.protocol.ota.Reply;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A path where WebSockets open.
 *
 * @param handler decides about a handshake; runs on the event loop and must not wait; what must, it
 *     hands back as {@link Later}
 */
public record SocketRoute(Function<Request, Outcome> handler) {

    /** What becomes of a handshake. */
    public sealed interface Outcome {}

    /** To be found out on a virtual thread of its own; the client waits. */
    public record Later(Supplier<Outcome> work) implements Outcome {}

    /** Answered as plain HTTP; the reply stays small, as for all devices. */
    public record Refuse(Reply reply) implements Outcome {}

    /** Accepted; gets the socket on its event loop and must set its handlers at once. */
    public record Open(Consumer<Socket> opened) implements Outcome {}
}
