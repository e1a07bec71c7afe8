package io.slipway.http.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** Splits messages into frames; {@link MessageAssembly} is the inverse. */
final class FrameSplitter {

    private FrameSplitter() {}

    /** The frame that begins at {@code from}, with at most {@code most} bytes. */
    static WebSocketFrame frame(byte[] message, boolean text, int from, int most) {
        int length = Math.min(message.length - from, most);
        ByteBuf part = Unpooled.wrappedBuffer(message, from, length);
        boolean last = length == message.length - from;
        if (from > 0) {
            return new ContinuationWebSocketFrame(last, 0, part);
        }
        return text
                ? new TextWebSocketFrame(last, 0, part)
                : new BinaryWebSocketFrame(last, 0, part);
    }
}
