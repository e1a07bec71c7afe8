package io.slipway.http.vertx;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioChannelOption;
import jdk.net.ExtendedSocketOptions;

/** Settings of the TCP connections below WebSockets and downloads. */
final class Tcp {

    /** In bytes; the kernel doubles it. */
    private static final int SEND_BUFFER = 32 * 1024;

    /** The same for input: by default the kernel takes megabytes from a flooding peer. */
    private static final int RECEIVE_BUFFER = 64 * 1024;

    private static final ChannelOption<Integer> KEEP_IDLE =
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);
    private static final ChannelOption<Integer> KEEP_INTERVAL =
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL);
    private static final ChannelOption<Integer> KEEP_COUNT =
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT);

    private Tcp() {}

    /**
     * Without pings, a peer that lost power is detected by TCP alone. The kernel's default buffers
     * would hide it for minutes: they hold a quarter of an hour of speech.
     *
     * @param maxQueued bytes that may be queued above the kernel before the channel is not writable
     */
    static void tune(Channel channel, int maxQueued) {
        var config = channel.config();
        config.setWriteBufferWaterMark(new WriteBufferWaterMark(maxQueued / 2, maxQueued));
        config.setOption(ChannelOption.SO_SNDBUF, SEND_BUFFER);
        config.setOption(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER);
        // By default 16 times as much is read before reading can be paused.
        if (config.getRecvByteBufAllocator() instanceof MaxMessagesRecvByteBufAllocator all) {
            all.maxMessagesPerRead(1);
        }
        config.setOption(ChannelOption.SO_KEEPALIVE, true);
        config.setOption(KEEP_IDLE, 30);
        config.setOption(KEEP_INTERVAL, 10);
        config.setOption(KEEP_COUNT, 3);
    }

    /** Bytes that the kernel has not taken yet. */
    static long unsent(Channel channel) {
        var queue = channel.unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes() - queue.currentProgress();
    }

    /** How much the kernel buffers before the client has acknowledged it. */
    static void sendBuffer(Channel channel, int bytes) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_SNDBUF, bytes);
        }
    }
}
