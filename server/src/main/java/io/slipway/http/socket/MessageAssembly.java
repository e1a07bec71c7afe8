package io.slipway.http.socket;

import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.slipway.http.governor.MessageBudget;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Assembles messages from frames. Lives on its socket's event loop. */
final class MessageAssembly {

    private final MessageBudget budget;
    private final int most;
    private @Nullable ByteArrayOutputStream partial;
    private byte @Nullable [] whole;
    private boolean text;

    /**
     * @param most bytes of a message
     */
    MessageAssembly(MessageBudget budget, int most) {
        this.budget = budget;
        this.most = most;
    }

    /** Adds a frame; false if the message exceeds the limit of a socket, or of all together. */
    boolean add(WebSocketFrame frame) {
        byte[] content = new byte[frame.content().readableBytes()];
        frame.content().readBytes(content);
        if (frame instanceof ContinuationWebSocketFrame) {
            return more(content, frame.isFinalFragment());
        }
        text = frame instanceof TextWebSocketFrame;
        if (frame.isFinalFragment()) {
            whole = content;
            return true;
        }
        budget.assembled();
        if (!budget.assembling(content.length)) {
            return false;
        }
        partial = new ByteArrayOutputStream();
        partial.writeBytes(content);
        return true;
    }

    /** No more frames follow. */
    void drop() {
        partial = null;
        budget.assembled();
    }

    private boolean more(byte[] content, boolean last) {
        ByteArrayOutputStream before = partial;
        if (before == null) {
            return true;
        }
        if (before.size() + content.length > most || !budget.assembling(content.length)) {
            drop();
            return false;
        }
        before.writeBytes(content);
        if (last) {
            whole = before.toByteArray();
            drop();
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
