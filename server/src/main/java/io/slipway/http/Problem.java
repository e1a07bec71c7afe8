package io.slipway.http;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that can't be carried out, in words for the person who made it. The code is the HTTP
 * status where that is a registered one (decisions D8).
 */
public final class Problem extends RuntimeException {

    private static final Set<Integer> STATUSES =
            Set.of(400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503, 504);

    /** What a restart usually takes, in seconds. */
    private static final long STOPPING = 10;

    private final int code;
    private final String zh;
    private final Map<String, Object> data;

    public Problem(int code, String zh, String en) {
        this(code, zh, en, Map.of());
    }

    /**
     * @param data machine-readable facts, for example {@code retryAfterSeconds}
     */
    public Problem(int code, String zh, String en, Map<String, Object> data) {
        // No stack trace: it is a response, not a fault.
        super(en, null, false, false);
        this.code = code;
        this.zh = zh;
        this.data = Map.copyOf(data);
    }

    /** The error for a missing or invalid field: a 400 that names it. */
    public static Problem field(String name, String zh, String en) {
        return new Problem(400, name + "：" + zh, name + ": " + en, Map.of("field", name));
    }

    public static Problem administratorsOnly() {
        return new Problem(403, "需要管理员权限", "Administrators only");
    }

    public static Problem notFound(String zh, String en) {
        return new Problem(404, zh, en);
    }

    /** Too many requests; {@code seconds} to wait. */
    public static Problem tooMany(long seconds, String zh, String en) {
        String wait = waiting(seconds);
        return new Problem(
                429,
                zh + "，请在 " + wait + " 后再试",
                en + "; try again in " + wait,
                Map.of("retryAfterSeconds", seconds));
    }

    /** Too much at once; {@code seconds} to wait. */
    public static Problem busy(long seconds, String zh, String en) {
        String wait = waiting(seconds);
        return new Problem(
                503,
                zh + "，请在 " + wait + " 后再试",
                en + "; try again in " + wait,
                Map.of("retryAfterSeconds", seconds));
    }

    /** The server stops; its successor will answer. */
    public static Problem stopping() {
        return busy(STOPPING, "服务器正在停止", "The server is shutting down");
    }

    private static String waiting(long seconds) {
        return seconds < 120 ? seconds + " s" : (seconds + 59) / 60 + " min";
    }

    public int code() {
        return code;
    }

    public int status() {
        return STATUSES.contains(code) ? code : code == 599 ? 500 : 400;
    }

    public String message(boolean chinese) {
        @Nullable String en = getMessage();
        return chinese || en == null ? zh : en;
    }

    public Map<String, Object> data() {
        return data;
    }
}
