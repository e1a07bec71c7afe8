package io.slipway.http.governor;

import io.slipway.http.HeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a request's body within its limits. Lives on the request's event loop. */
public final class BodyReader {

    private static final byte[] EMPTY = new byte[0];

    private final OpenConnection connection;
    private final int max;
    private final BodyBudget budget;
    private final Consumer<byte[]> done;
    private final Consumer<EdgeLimit> refused;
    private @Nullable Buffer first;
    private @Nullable List<Buffer> more;
    private int length;
    private boolean over;

    private BodyReader(
            OpenConnection connection,
            int max,
            BodyBudget budget,
            Consumer<byte[]> done,
            Consumer<EdgeLimit> refused) {
        this.connection = connection;
        this.max = max;
        this.budget = budget;
        this.done = done;
        this.refused = refused;
    }

    /**
     * @param max bytes
     * @param budget closed if the body is not read completely
     * @param done gets the whole body; then the budget is the receiver's to close
     * @param refused gets the reason why the rest is not read
     */
    public static void read(
            HttpServerRequest request,
            int max,
            BodyBudget budget,
            Consumer<byte[]> done,
            Consumer<EdgeLimit> refused) {
        var connection = OpenConnection.of(request);
        var reader = new BodyReader(connection, max, budget, done, refused);
        String declared = request.getHeader(HeaderNames.CONTENT_LENGTH);
        // Only digits here: the decoder refuses anything else.
        if (declared != null && (declared.length() > 9 || Long.parseLong(declared) > max)) {
            reader.tooLarge();
            return;
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader(HeaderNames.EXPECT))) {
            request.response().writeContinue();
        }
        connection.readsBody(reader::ended);
        budget.onRoomNeeded(() -> connection.execute(reader::makeRoom));
        request.handler(reader::chunk);
        request.endHandler(end -> reader.end());
    }

    private void tooLarge() {
        connection.loop().refused(EdgeLimit.TOO_LARGE);
        refuse(EdgeLimit.TOO_LARGE);
    }

    private void makeRoom() {
        if (!over) {
            connection.endBody(EdgeLimit.MEMORY);
        }
    }

    private void ended(@Nullable EdgeLimit why) {
        if (why == null) {
            drop();
        } else {
            refuse(why);
        }
    }

    private void refuse(EdgeLimit why) {
        if (!over) {
            drop();
            refused.accept(why);
        }
    }

    private void drop() {
        if (!over) {
            over = true;
            connection.bodyRead();
            first = null;
            more = null;
            budget.close();
        }
    }

    private void chunk(Buffer chunk) {
        if (over) {
            return;
        }
        if (length + chunk.length() > max) {
            tooLarge();
            return;
        }
        EdgeLimit exceeded = budget.take(chunk.length());
        if (exceeded != null) {
            connection.loop().refused(exceeded);
            refuse(exceeded);
            return;
        }
        if (over) {
            // It was ended to make room.
            return;
        }
        length += chunk.length();
        List<Buffer> others = more;
        if (first == null) {
            first = chunk;
        } else if (others == null) {
            others = new ArrayList<>();
            others.add(chunk);
            more = others;
        } else {
            others.add(chunk);
        }
    }

    private void end() {
        if (over) {
            return;
        }
        if (!budget.finish()) {
            connection.loop().refused(EdgeLimit.MEMORY);
            refuse(EdgeLimit.MEMORY);
            return;
        }
        over = true;
        connection.bodyRead();
        byte[] body = whole();
        first = null;
        more = null;
        done.accept(body);
    }

    private byte[] whole() {
        Buffer begin = first;
        List<Buffer> others = more;
        if (begin == null) {
            return EMPTY;
        }
        if (others == null) {
            return begin.getBytes();
        }
        byte[] all = new byte[length];
        begin.getBytes(all);
        int at = begin.length();
        for (Buffer other : others) {
            other.getBytes(all, at);
            at += other.length();
        }
        return all;
    }
}
