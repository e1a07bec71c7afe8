package io.slipway.http.socket;

import io.slipway.http.Request;
import io.slipway.protocol.ota.Reply;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A path for WebSockets.
 *
 * @param handler decides about a handshake; runs on the event loop and must not block; blocking
 *     work is returned as {@link DecideLater}
 */
public record SocketRoute(Function<Request, HandshakeAnswer> handler) {

    /** The answer to a handshake. */
    public sealed interface HandshakeAnswer {}

    /** Decided on its own virtual thread, while the client waits. */
    public record DecideLater(Supplier<HandshakeAnswer> work) implements HandshakeAnswer {}

    /** Answered with plain HTTP; the reply is small, as for all devices. */
    public record RefuseHandshake(Reply reply) implements HandshakeAnswer {}

    /** Accepted; receives the socket on its event loop and must set its handlers at once. */
    public record OpenSocket(Consumer<Socket> opened) implements HandshakeAnswer {}
}
