package io.slipway.http.vertx;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import io.slipway.http.Peer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The PROXY protocol, version 1 or 2: what a proxy may report before HTTP about its client. The
 * framework has a switch for it, but then requires it of every connection. Lives on the channel's
 * event loop until HTTP begins; the time limit for HTTP's head includes it.
 */
public final class ProxyPreamble extends ByteToMessageDecoder {

    /** The maximum length of version 1; unknown addresses may be left out of it. */
    private static final int MOST_TEXT = 107;

    /** For version 2: the longest addresses, and 304 bytes for optional fields. */
    private static final int MOST_BINARY = 536;

    private static final int BINARY_HEAD = 16;
    private static final int LONGEST_ADDRESSES = 216;

    private static final byte[] TEXT = "PROXY ".getBytes(US_ASCII);
    private static final byte[] BINARY = "\r\n\r\n\0\r\nQUIT\n".getBytes(US_ASCII);

    private static final AttributeKey<Peer.Preamble> READ = AttributeKey.valueOf("proxy-preamble");

    private final Consumer<String> refused;
    private boolean over;

    private ProxyPreamble(Consumer<String> refused) {
        this.refused = refused;
    }

    /**
     * Reads a preamble, if there is one, before HTTP. To be called when a connection begins, before
     * anything reads its address.
     *
     * @param refused called with the reason if the preamble is invalid; the connection is then
     *     closed
     */
    public static void await(HttpConnection connection, Consumer<String> refused) {
        channel(connection).pipeline().addFirst("preamble", new ProxyPreamble(refused));
    }

    /** What the connection of a request began with. */
    public static Peer.Preamble of(HttpServerRequest request) {
        Channel channel = channel(request.connection());
        Peer.Preamble read = channel.hasAttr(READ) ? channel.attr(READ).get() : null;
        return read == null ? Peer.Preamble.NONE : read;
    }

    private static Channel channel(HttpConnection connection) {
        return ((Http1ServerConnection) connection).channelHandlerContext().channel();
    }

    @Override
    protected void decode(ChannelHandlerContext here, ByteBuf in, List<Object> out) {
        if (over) {
            in.skipBytes(in.readableBytes());
            return;
        }
        boolean binary = begins(in, BINARY);
        if (!binary && !begins(in, TEXT)) {
            // The rest is passed on to HTTP.
            here.pipeline().remove(this);
            return;
        }
        int length = binary ? binaryLength(in) : textLength(in);
        if (length > (binary ? MOST_BINARY : MOST_TEXT)) {
            refuse(here, in, "it is too long");
        } else if (length > 0 && in.readableBytes() >= length) {
            if (read(here, in.readRetainedSlice(length))) {
                here.pipeline().remove(this);
            } else {
                refuse(here, in, "it is malformed");
            }
        }
    }

    private void refuse(ChannelHandlerContext here, ByteBuf in, String why) {
        over = true;
        in.skipBytes(in.readableBytes());
        refused.accept(why);
        var _ = here.channel().close();
    }

    // As far as it has arrived.
    private static boolean begins(ByteBuf in, byte[] with) {
        int known = Math.min(in.readableBytes(), with.length);
        for (int i = 0; i < known; i++) {
            if (in.getByte(in.readerIndex() + i) != with[i]) {
                return false;
            }
        }
        return true;
    }

    // 0 while unknown.
    private static int binaryLength(ByteBuf in) {
        return in.readableBytes() < BINARY_HEAD
                ? 0
                : BINARY_HEAD + in.getUnsignedShort(in.readerIndex() + BINARY_HEAD - 2);
    }

    private static int textLength(ByteBuf in) {
        int known = Math.min(in.readableBytes(), MOST_TEXT);
        int end = in.bytesBefore(known, (byte) '\n');
        return end >= 0 ? end + 1 : known < MOST_TEXT ? 0 : MOST_TEXT + 1;
    }

    /** Stores what the codec finds in a preamble. */
    private static final class PreambleHandler extends SimpleChannelInboundHandler<HAProxyMessage> {
        private boolean any;

        @Override
        protected void channelRead0(ChannelHandlerContext here, HAProxyMessage message) {
            HAProxyProxiedProtocol protocol = message.proxiedProtocol();
            boolean client =
                    protocol == HAProxyProxiedProtocol.TCP4
                            || protocol == HAProxyProxiedProtocol.TCP6;
            if (client) {
                var source = new InetSocketAddress(address(message), message.sourcePort());
                here.channel()
                        .attr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE)
                        .set(SocketAddress.inetSocketAddress(source));
            }
            here.channel().attr(READ).set(client ? Peer.Preamble.CLIENT : Peer.Preamble.NOBODY);
            any = true;
        }

        // As bytes, for the same text form as any other client's.
        private static InetAddress address(HAProxyMessage message) {
            try {
                return InetAddress.getByAddress(
                        NetUtil.createByteArrayFromIpAddressString(message.sourceAddress()));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }

        // An empty result is enough.
        @Override
        public void exceptionCaught(ChannelHandlerContext here, Throwable cause) {}
    }

    // The codec gets exactly the preamble: it decodes it at once, or never.
    private static boolean read(ChannelHandlerContext here, ByteBuf preamble) {
        var found = new PreambleHandler();
        var codec = new HAProxyMessageDecoder(MOST_BINARY - BINARY_HEAD - LONGEST_ADDRESSES);
        here.pipeline().addAfter(here.name(), null, found);
        here.pipeline().addAfter(here.name(), null, codec);
        here.fireChannelRead(preamble);
        here.pipeline().remove(found);
        return found.any;
    }
}
