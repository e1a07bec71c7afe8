package io.slipway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.vertx.core.http.HttpServerRequest;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One HTTP request with its whole body. Thread-safe: nothing in it changes. */
public final class Request {

    private final HttpServerRequest raw;
    private final Map<String, String> path;
    private final byte[] body;
    private final Peer peer;

    public Request(HttpServerRequest raw, Map<String, String> path, byte[] body, Peer peer) {
        this.raw = raw;
        this.path = path;
        this.body = body;
        this.peer = peer;
    }

    /** {@code GET}, {@code POST}, … */
    public String method() {
        return raw.method().name();
    }

    /** The path as called, without query. */
    public String target() {
        return raw.path();
    }

    /** A header's first value; case of the name does not count. */
    public @Nullable String header(String name) {
        CharSequence known = HeaderNames.KNOWN.get(name);
        return known == null ? raw.getHeader(name) : raw.getHeader(known);
    }

    /** A cookie's value, the first one of that name; null when there is none. */
    public @Nullable String cookie(String name) {
        String header = header("Cookie");
        if (header == null) {
            return null;
        }
        // Not the strict one: that is silent about a cookie with a wrong character, and whoever
        // sends it would be treated as if he had sent none.
        for (Cookie cookie : ServerCookieDecoder.LAX.decodeAll(header)) {
            if (cookie.name().equals(name)) {
                return cookie.value();
            }
        }
        return null;
    }

    /** A query parameter, decoded; null when absent. */
    public @Nullable String query(String name) {
        String value = raw.getParam(name);
        return value == null ? null : utf8(value);
    }

    // People type ?q=客厅 into curl as it is: those bytes come unescaped, each as one character.
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

    /** A {@code {name}} of the route's template, decoded. */
    public String path(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    /** The body; the caller must not change it. */
    public byte[] body() {
        return body;
    }

    /** Where it came from. */
    public Peer peer() {
        return peer;
    }

    /** The token of {@code Authorization: Bearer …}, null when there is none. */
    public @Nullable String bearer() {
        String header = raw.getHeader("Authorization");
        return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? header.substring(7).strip()
                : null;
    }

    /** The fields of a JSON body; an empty body counts as {@code {}}. */
    public Fields fields() {
        JsonNode tree = body.length == 0 ? Json.object() : Json.read(body);
        return new Fields(tree);
    }

    /**
     * Whether the caller reads Chinese: so without an {@code Accept-Language}, or with zh in it.
     */
    public boolean chinese() {
        String languages = raw.getHeader("Accept-Language");
        return languages == null || languages.isBlank() || languages.contains("zh");
    }
}
