package io.slipway.http.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** Cuts messages into frames; {@link MessageAssembly} puts them together. */
final class FrameSplitter {

    private FrameSplitter() {}

    /** The frame with what begins at {@code from}, at most {@code most} bytes of it. */
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
