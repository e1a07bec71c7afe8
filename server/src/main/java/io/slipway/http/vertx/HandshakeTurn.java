package io.slipway.http.vertx;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Computes the parts of one connection's handshake, one after the other, together with those of all
 * others. What waits for a connection that has closed is dropped: whoever begins handshakes and
 * leaves would otherwise make this side compute them all, and keep their memory until then. A
 * connection has one handshake: whoever begins a second one (renegotiates) is cut off, because it
 * could make this side compute again and again. The JDK's own setting for this counts only if it is
 * made before any other code of the process accepts TLS.
 */
final class HandshakeTurn implements Executor {

    /** A part in the queue of all connections; empty once it is dropped. */
    private static final class WaitingPart extends AtomicReference<@Nullable Runnable>
            implements Runnable {

        private static final long serialVersionUID = 1;

        @Override
        public void run() {
            Runnable part = getAndSet(null);
            if (part != null) {
                part.run();
            }
        }
    }

    private final Channel channel;
    private final Executor work;
    private volatile WaitingPart waiting = new WaitingPart();
    private volatile boolean computing;

    /**
     * @param work of all connections
     */
    HandshakeTurn(Channel channel, Executor work) {
        this.channel = channel;
        this.work = work;
        var _ = channel.closeFuture().addListener(closed -> waiting.set(null));
    }

    /** Called on the channel's event loop, where it also closes. */
    @Override
    public void execute(Runnable task) {
        SslHandler tls = TlsLayer.of(channel);
        if (tls != null && tls.handshakeFuture().isSuccess()) {
            var _ = channel.close();
        } else if (channel.isOpen()) {
            var part = new WaitingPart();
            part.set(() -> compute(task));
            waiting = part;
            work.execute(part);
        }
    }

    private void compute(Runnable task) {
        computing = true;
        try {
            task.run();
        } finally {
            computing = false;
        }
    }

    /** Whether a part waits for its turn, or is being computed. From any thread. */
    boolean busy() {
        return computing || waiting.get() != null;
    }
}
