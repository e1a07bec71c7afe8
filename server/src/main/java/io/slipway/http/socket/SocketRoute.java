package io.slipway.http.socket;

import io.slipway.http.Request;
import io.slipway.protocol.ota.Reply;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A path where WebSockets open.
 *
 * @param handler decides about a handshake; runs on the event loop and must not wait
 */
public record SocketRoute(Function<Request, Outcome> handler) {

    /** What becomes of a handshake. */
    public sealed interface Outcome {}

    /** Answered as plain HTTP; the reply stays small, as for all devices. */
    public record Refuse(Reply reply) implements Outcome {}

    /** Accepted; gets the socket on its event loop and must set its handlers at once. */
    public record Open(Consumer<Socket> opened) implements Outcome {}
}
