package io.slipway.http.edge;

import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Bodies that inflate to more than their own size.
 *
 * @param are recognises one by a glance at it
 * @param inflated what it inflates to, in bytes, at least its own size; may take a while, and is
 *     called on the handler's thread
 */
public record PackedBodies(Predicate<byte[]> are, ToIntFunction<byte[]> inflated) {

    static final PackedBodies NONE = new PackedBodies(body -> false, body -> body.length);

    boolean include(byte[] body) {
        return are.test(body);
    }

    int size(byte[] body) {
        return inflated.applyAsInt(body);
    }
}
