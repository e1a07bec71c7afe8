package io.slipway.protocol.ota;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A reply to an OTA check in which only the time and the token are open: the rest is the same for
 * all bound devices of one version that call one address. Created by {@link Reply#checkIn}, so that
 * it obeys all rules. Immutable.
 */
public final class PreparedReply {

    private static final String TOKEN = "\"token\":\"";
    private static final String TIME = "{\"server_time\":{\"timestamp\":";

    /** Times of 13 digits, from 2001 to 2286. */
    private static final long FIRST_TIME = 1_000_000_000_000L;

    private static final int TIME_DIGITS = 13;

    private final byte[] body;
    private final int tokenAt;
    private final int tokenLength;

    private PreparedReply(byte[] body, int tokenAt, int tokenLength) {
        this.body = body;
        this.tokenAt = tokenAt;
        this.tokenLength = tokenLength;
    }

    /**
     * Prepares replies that differ from {@code answer} only in time and token.
     *
     * @return null if it has no time or no WebSocket, has an activation, or if something had to be
     *     left out of it
     */
    public static @Nullable PreparedReply of(ReplyDraft answer) {
        ReplyDraft.ServerTime time = answer.serverTime();
        if (!(answer.transport() instanceof ReplyDraft.WebsocketSection socket)
                || answer.activation() != null
                || time == null
                || !timely(time.timestamp())) {
            return null;
        }
        Reply reply = Reply.checkIn(answer);
        String text = new String(reply.body(), StandardCharsets.UTF_8);
        int token = text.indexOf(TOKEN) + TOKEN.length();
        boolean plain =
                reply.leftOut().isEmpty()
                        && text.length() == reply.body().length
                        && text.startsWith(TIME)
                        && text.startsWith(socket.token(), token);
        return plain ? new PreparedReply(reply.body(), token, socket.token().length()) : null;
    }

    private static boolean timely(long timestamp) {
        return timestamp >= FIRST_TIME && timestamp < 10 * FIRST_TIME;
    }

    /**
     * The reply with its time and token.
     *
     * @param timestamp as in {@link ReplyDraft.ServerTime}
     * @param token as in {@link ReplyDraft.WebsocketSection}
     * @return null if these don't fit, so that {@link Reply#checkIn} must create the reply
     */
    public @Nullable Reply with(long timestamp, String token) {
        if (token.length() != tokenLength || !timely(timestamp)) {
            return null;
        }
        byte[] filled = Arrays.copyOf(body, body.length);
        long rest = timestamp;
        for (int at = TIME.length() + TIME_DIGITS - 1; at >= TIME.length(); at--) {
            filled[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        for (int i = 0; i < tokenLength; i++) {
            char c = token.charAt(i);
            if (c <= ' ' || c > '~' || c == '"' || c == '\\') {
                return null;
            }
            filled[tokenAt + i] = (byte) c;
        }
        return Reply.prepared(filled);
    }
}
