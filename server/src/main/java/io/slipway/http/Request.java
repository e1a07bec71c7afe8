package io.slipway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.vertx.core.http.HttpServerRequest;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An HTTP request with its whole body. Immutable and thread-safe. */
public final class Request {

    private final HttpServerRequest raw;
    private final Map<String, String> path;
    private final byte[] body;
    private final Peer peer;
    private final RouteScope scope;

    /** A request of anything but the console plane. */
    public Request(HttpServerRequest raw, Map<String, String> path, byte[] body, Peer peer) {
        this(raw, path, body, peer, RouteScope.OPEN);
    }

    /**
     * @param scope what the route needs of its caller
     */
    public Request(
            HttpServerRequest raw,
            Map<String, String> path,
            byte[] body,
            Peer peer,
            RouteScope scope) {
        this.raw = raw;
        this.path = path;
        this.body = body;
        this.peer = peer;
        this.scope = scope;
    }

    /** The same request, once its body is read. */
    public Request with(byte[] read) {
        return new Request(raw, path, read, peer, scope);
    }

    /** {@code GET}, {@code POST}, … */
    public String method() {
        return raw.method().name();
    }

    /** The path as requested, without the query. */
    public String target() {
        return raw.path();
    }

    /** A header's first value, ignoring the case of its name. */
    public @Nullable String header(String name) {
        CharSequence known = HeaderNames.KNOWN.get(name);
        return known == null ? raw.getHeader(name) : raw.getHeader(known);
    }

    /** A header's values, from the first line to the last. */
    public List<String> headers(String name) {
        return raw.headers().getAll(name);
    }

    /**
     * {@code scheme://host[:port]} as proxies report it, whoever they are; empty as for {@link
     * Peer#base}. Only to tell people what naming a proxy would change.
     */
    public String reported() {
        return Peer.reported(raw);
    }

    /** The first cookie of that name, or null. */
    public @Nullable String cookie(String name) {
        String header = header("Cookie");
        if (header == null) {
            return null;
        }
        // The lax decoder: the strict one silently drops a cookie with an invalid character, as if
        // it had not been sent.
        for (Cookie cookie : ServerCookieDecoder.LAX.decodeAll(header)) {
            if (cookie.name().equals(name)) {
                return cookie.value();
            }
        }
        return null;
    }

    /**
     * A query parameter, decoded; null if absent.
     *
     * @throws Problem 400 if the query can't be decoded or this contains U+0000
     */
    public @Nullable String query(String name) {
        String value;
        try {
            value = raw.getParam(name);
        } catch (IllegalArgumentException e) {
            throw new Problem(400, "查询参数无法解码", "The query can't be decoded");
        }
        if (value == null) {
            return null;
        }
        // PostgreSQL's text can't contain it, and nothing that anyone looks for does.
        if (value.indexOf('\0') >= 0) {
            throw Problem.field(name, "有无效的字符", "contains an invalid character");
        }
        return utf8(value);
    }

    // People type ?q=客厅 into curl as is: those bytes arrive unescaped, each as one character.
    private String utf8(String value) {
        String sent = raw.query();
        if (sent == null || sent.chars().allMatch(c -> c < 0x80)) {
            return value;
        }
        try {
            var bytes = StandardCharsets.ISO_8859_1.newEncoder().encode(CharBuffer.wrap(value));
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            return value;
        }
    }

    /**
     * A {@code {name}} of the route's template, decoded.
     *
     * @throws Problem 404 if it contains U+0000: nothing is called that
     */
    public String path(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        if (value.indexOf('\0') >= 0) {
            throw Problem.notFound("不存在", "Does not exist");
        }
        return value;
    }

    /** The body; the caller must not change it. */
    public byte[] body() {
        return body;
    }

    /** Where the request came from. */
    public Peer peer() {
        return peer;
    }

    /** What its route needs of its caller. */
    public RouteScope scope() {
        return scope;
    }

    /** The token of {@code Authorization: Bearer …}, or null. */
    public @Nullable String bearer() {
        String header = raw.getHeader("Authorization");
        return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? header.substring(7).strip()
                : null;
    }

    /** The fields of a JSON body; an empty body counts as {@code {}}. */
    public Fields fields() {
        JsonNode tree =
                body.length == 0
                        ? Json.object()
                        : scope == RouteScope.OPEN ? Json.readOpen(body) : Json.read(body);
        return new Fields(tree);
    }

    /** Whether the caller reads Chinese: {@code Accept-Language} is absent or includes zh. */
    public boolean chinese() {
        return chinese(raw);
    }

    /** As {@link #chinese()}, of a request that has no route. */
    public static boolean chinese(HttpServerRequest raw) {
        String languages = raw.getHeader("Accept-Language");
        return languages == null || languages.isBlank() || languages.contains("zh");
    }
}
