package io.slipway.http.socket;

import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Assembles messages from frames. Lives on its socket's event loop. */
final class MessageAssembly {

    private @Nullable ByteArrayOutputStream partial;
    private byte @Nullable [] whole;
    private boolean text;

    /** Adds a frame; false if the message exceeds the limit of a socket. */
    boolean add(WebSocketFrame frame) {
        byte[] content = new byte[frame.content().readableBytes()];
        frame.content().readBytes(content);
        if (frame instanceof ContinuationWebSocketFrame) {
            return more(content, frame.isFinalFragment());
        }
        text = frame instanceof TextWebSocketFrame;
        if (frame.isFinalFragment()) {
            whole = content;
        } else {
            partial = new ByteArrayOutputStream();
            partial.writeBytes(content);
        }
        return true;
    }

    private boolean more(byte[] content, boolean last) {
        ByteArrayOutputStream before = partial;
        if (before == null) {
            return true;
        }
        if (before.size() + content.length > Socket.MAX_MESSAGE) {
            partial = null;
            return false;
        }
        before.writeBytes(content);
        if (last) {
            whole = before.toByteArray();
            partial = null;
        }
        return true;
    }

    /** The message that the last frame completed, once; null if more frames follow. */
    byte @Nullable [] take() {
        byte[] taken = whole;
        whole = null;
        return taken;
    }

    /** Whether the message is a text. */
    boolean text() {
        return text;
    }
}
