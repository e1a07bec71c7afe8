package io.slipway.http.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** The framework's buffers without the copies that its own methods make. */
public final class Buffers {

    private Buffers() {}

    /** A buffer on these very bytes, which must not be changed any more. */
    public static Buffer wrap(byte[] bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }

    /** What a buffer holds, as the codecs below the framework take it. */
    public static ByteBuf content(Buffer buffer) {
        return ((BufferInternal) buffer).getByteBuf();
    }
}
