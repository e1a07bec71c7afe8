package io.slipway.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response of the console plane.
 *
 * @param headers besides Content-Type, Content-Length and Date
 * @param stream writes a body of unknown length on the request's own thread; null if {@code body}
 *     is complete
 */
public record Response(
        int status,
        String contentType,
        byte[] body,
        Map<String, String> headers,
        @Nullable Stream stream) {

    private static final String JSON = "application/json; charset=utf-8";

    /** Writes a body incrementally; blocks while the client is slow. */
    @FunctionalInterface
    public interface Stream {
        void write(OutputStream out) throws IOException;
    }

    /** The envelope of every answer of the console plane. */
    private record Envelope(int code, String msg, @Nullable Object data) {}

    private record PageEnvelope(int code, String msg, Object data, @Nullable String nextCursor) {}

    /** {@code {"code":0,"msg":"success","data":…}}. */
    public static Response ok(@Nullable Object data) {
        return json(200, new Envelope(0, "success", data));
    }

    /** Like {@link #ok}, with a {@code nextCursor} next to the data: null at the end of a list. */
    public static Response page(Object data, @Nullable String nextCursor) {
        return json(200, new PageEnvelope(0, "success", data, nextCursor));
    }

    /** JSON without the envelope. */
    public static Response json(int status, Object value) {
        return new Response(status, JSON, Json.write(value), Map.of(), null);
    }

    /** A page with no resources but its own style. */
    public static Response html(String page) {
        byte[] body = page.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        String policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'";
        var headers = Map.of("Content-Security-Policy", policy, "Referrer-Policy", "no-referrer");
        return new Response(200, "text/html; charset=utf-8", body, headers, null);
    }

    /** Redirects a person; never a device, which follows no redirects. */
    public static Response redirect(String location) {
        return new Response(302, JSON, new byte[0], Map.of("Location", location), null);
    }

    /** Like {@link #redirect}, for a request that is to be repeated as it is. */
    public static Response elsewhere(String location) {
        return new Response(308, JSON, new byte[0], Map.of("Location", location), null);
    }

    /** JSON that is written while it is read from the store. */
    public static Response streamed(Stream stream) {
        return new Response(200, JSON, new byte[0], Map.of(), stream);
    }

    public static Response problem(Problem problem, boolean chinese) {
        Object data = problem.data().isEmpty() ? null : problem.data();
        Response response =
                json(
                        problem.status(),
                        new Envelope(problem.code(), problem.message(chinese), data));
        Object seconds = problem.data().get("retryAfterSeconds");
        return seconds == null ? response : response.with("Retry-After", seconds.toString());
    }

    public Response with(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Response(status, contentType, body, more, stream);
    }
}
