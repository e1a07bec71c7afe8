package io.slipway.http.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** The framework's buffers without the copies that its own methods make. */
public final class Buffers {

    private Buffers() {}

    /** A buffer that wraps these bytes, which must not be changed afterwards. */
    public static Buffer wrap(byte[] bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }

    /** A buffer's content, in the form that the codecs below the framework use. */
    public static ByteBuf content(Buffer buffer) {
        return ((BufferInternal) buffer).getByteBuf();
    }
}
