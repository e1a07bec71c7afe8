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
 *     hands back as {@link DecideLater}
 */
public record SocketRoute(Function<Request, HandshakeAnswer> handler) {

    /** What becomes of a handshake. */
    public sealed interface HandshakeAnswer {}

    /** To be found out on a virtual thread of its own; the client waits. */
    public record DecideLater(Supplier<HandshakeAnswer> work) implements HandshakeAnswer {}

    /** Answered as plain HTTP; the reply stays small, as for all devices. */
    public record RefuseHandshake(Reply reply) implements HandshakeAnswer {}

    /** Accepted; gets the socket on its event loop and must set its handlers at once. */
    public record OpenSocket(Consumer<Socket> opened) implements HandshakeAnswer {}
}
