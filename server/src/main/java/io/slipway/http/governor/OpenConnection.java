package io.slipway.http.governor;

import io.slipway.http.Cidr;
import io.slipway.http.vertx.ClientChannel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection, and what it is doing: the governor decides by that how long it may go on.
 * Lives on its event loop.
 */
public final class OpenConnection extends ClientChannel implements BodyBudget, MessageBudget {

    private final LoopConnections loop;
    private final boolean secure;
    private final String address;

    /** Its place among those that do the same. */
    final ConnectionRing.RingPlace phase = new ConnectionRing.RingPlace(this);

    /** Its place among those that have sent a part of something. */
    final ConnectionRing.RingPlace partial = new ConnectionRing.RingPlace(this);

    /** When it began to do this, as {@link LoopConnections#now}. */
    long since;

    /** When it last made progress with it. */
    long moved;

    /** When the oldest undecoded byte arrived. */
    long partialSince;

    long undecoded;
    long assembling;
    long bodyBytes;
    long lastUnsent;

    private @Nullable Consumer<@Nullable EdgeLimit> body;
    private long deviceBytes;
    private boolean receiving;

    /** Requests that have not been answered: more than one if the client does not wait. */
    private int handling;

    /** Responses that the client has not taken. */
    private int writing;

    private boolean socket;
    private boolean waitsForClient;
    private boolean gone;

    /**
     * @param secure whether it begins with a TLS handshake
     */
    OpenConnection(LoopConnections loop, HttpConnection connection, boolean secure) {
        super(connection);
        this.loop = loop;
        this.secure = secure;
        SocketAddress peer = connection.remoteAddress(true);
        String host = peer == null ? null : peer.hostAddress();
        this.address = host == null ? "unknown" : Cidr.customer(host);
    }

    /**
     * Takes bytes of a device's body from the reserve of devices, always: the oldest unfinished
     * body is ended instead, if they are too many.
     */
    @Override
    public @Nullable EdgeLimit take(int bytes) {
        deviceBytes += bytes;
        loop.deviceBytes(bytes);
        return null;
    }

    @Override
    public void close() {
        loop.deviceBytes(-deviceBytes);
        deviceBytes = 0;
    }

    /**
     * Takes bytes of an unfinished message, always: the oldest unfinished ones are ended instead,
     * if they are too many.
     */
    @Override
    public boolean assembling(int bytes) {
        if (!gone) {
            loop.assembling(this, bytes);
        }
        return true;
    }

    @Override
    public void assembled() {
        if (assembling > 0) {
            loop.assembled(this);
        }
    }

    boolean holdsDeviceBytes() {
        return deviceBytes > 0;
    }

    /** The connection of a request. */
    public static OpenConnection of(HttpServerRequest request) {
        return (OpenConnection) ClientChannel.of(request);
    }

    /** The address of the other end; that of a proxy, if there is one. */
    String address() {
        return address;
    }

    LoopConnections loop() {
        return loop;
    }

    /** Whether it came to the port for HTTPS. */
    boolean secure() {
        return secure;
    }

    /** Whether it is a WebSocket. */
    boolean socket() {
        return socket;
    }

    /**
     * From now on the client closes first, up to a limit, when this side wants to close
     * (device-contract R15).
     */
    public void waitForClient() {
        waitsForClient = true;
    }

    /**
     * Somebody reads the body of the current request, until {@link #bodyRead}. Without that, the
     * connection is closed if the body must end.
     *
     * @param ended called once if the body ends too early: with the limit that ended it, or null if
     *     the connection is gone, which may be now
     */
    public void readsBody(Consumer<@Nullable EdgeLimit> ended) {
        if (gone) {
            ended.accept(null);
        } else {
            body = ended;
        }
    }

    /** The body was read to its end, or nobody reads it any more. */
    public void bodyRead() {
        body = null;
    }

    /** Ends the current body. */
    void endBody(EdgeLimit why) {
        phase.leave();
        loop.refused(why);
        Consumer<@Nullable EdgeLimit> reader = body;
        bodyRead();
        if (reader == null) {
            closeNow();
        } else {
            reader.accept(why);
        }
    }

    private void settle() {
        if (gone || loop.lingering(this)) {
            return;
        }
        if (receiving) {
            loop.receives(this);
        } else if (writing > 0) {
            loop.writes(this);
        } else if (handling > 0 || socket) {
            phase.leave();
        } else {
            loop.idles(this);
        }
    }

    @Override
    protected void arrived(int bytes, boolean decoded) {
        if (decoded) {
            if (undecoded > 0) {
                loop.decoded(this);
            }
        } else if (bytes > 0 && !gone) {
            loop.undecoded(this, bytes);
        }
    }

    /** Whether its handshake waits for this side. */
    boolean busy() {
        return computing();
    }

    @Override
    protected void secured(boolean failed) {
        if (failed && phase.leave()) {
            loop.refused(EdgeLimit.HANDSHAKES);
        } else if (!failed) {
            settle();
        }
    }

    @Override
    protected void requested() {
        receiving = true;
        handling++;
        bodyBytes = 0;
        waitsForClient = false;
        settle();
    }

    @Override
    protected void received(int bytes) {
        bodyBytes += bytes;
        moved = loop.now();
    }

    @Override
    protected void whole() {
        receiving = false;
        settle();
    }

    @Override
    protected void responded() {
        handling = Math.max(0, handling - 1);
        writing++;
        lastUnsent = Long.MAX_VALUE;
        settle();
    }

    @Override
    protected void sent() {
        if (writing > 0) {
            writing--;
            settle();
        }
    }

    @Override
    protected void upgraded() {
        socket = true;
        receiving = false;
        handling = 0;
        loop.upgraded();
        settle();
    }

    @Override
    protected boolean lingers() {
        if (waitsForClient) {
            loop.lingers(this);
        }
        return waitsForClient;
    }

    @Override
    protected void gone() {
        if (!gone) {
            gone = true;
            phase.leave();
            Consumer<@Nullable EdgeLimit> reader = body;
            bodyRead();
            if (reader != null) {
                reader.accept(null);
            }
            close();
            loop.gone(this);
        }
    }

    boolean stalled() {
        return paused();
    }

    /** Whether the client has taken something of the response since the last call. */
    boolean taking() {
        long now = unsent();
        boolean less = now < lastUnsent;
        lastUnsent = now;
        return less;
    }
}
