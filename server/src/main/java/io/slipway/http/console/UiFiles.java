package io.slipway.http.console;

import io.slipway.http.Response;
import io.slipway.http.Subpath;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The web UI's files, in memory, each with compressed variants. Immutable.
 *
 * <p>Files in {@code assets/} have their content's hash in the name and may be cached forever;
 * everything else is revalidated each time. A path without a file that looks like a page to a
 * browser gets {@code index.html}, whose script handles routing.
 */
public final class UiFiles {

    /**
     * Nothing from other origins but sockets: devices' and, for a page that plays one, its
     * backend's.
     */
    static final String POLICY =
            String.join(
                    "; ",
                    "default-src 'none'",
                    "script-src 'self' 'wasm-unsafe-eval'",
                    "style-src 'self'",
                    "font-src 'self'",
                    "img-src 'self' data: blob:",
                    "connect-src 'self' ws: wss:",
                    "media-src 'self' blob:",
                    "worker-src 'self' blob:",
                    "manifest-src 'self'",
                    "base-uri 'none'",
                    "frame-ancestors 'none'",
                    "form-action 'self'");

    private static final String ASSETS = "/assets/";
    private static final String INDEX = "/index.html";

    /** Prefixes of APIs: a misspelt path there gets no page. */
    private static final List<String> API =
            List.of("/v1/", "/xiaozhi/", "/api/", "/health", "/metrics", "/openapi.");

    private static final Set<String> READING = Set.of("GET", "HEAD");

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("html", "text/html; charset=utf-8"),
                    Map.entry("js", "text/javascript; charset=utf-8"),
                    Map.entry("mjs", "text/javascript; charset=utf-8"),
                    Map.entry("css", "text/css; charset=utf-8"),
                    Map.entry("json", "application/json; charset=utf-8"),
                    Map.entry("map", "application/json; charset=utf-8"),
                    Map.entry("webmanifest", "application/manifest+json"),
                    Map.entry("txt", "text/plain; charset=utf-8"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("png", "image/png"),
                    Map.entry("jpg", "image/jpeg"),
                    Map.entry("jpeg", "image/jpeg"),
                    Map.entry("gif", "image/gif"),
                    Map.entry("webp", "image/webp"),
                    Map.entry("ico", "image/x-icon"),
                    Map.entry("woff", "font/woff"),
                    Map.entry("woff2", "font/woff2"),
                    Map.entry("wasm", "application/wasm"),
                    Map.entry("ogg", "audio/ogg"),
                    Map.entry("opus", "audio/ogg"),
                    Map.entry("wav", "audio/wav"),
                    Map.entry("mp3", "audio/mpeg"));

    /** Smallest first; browsers accept the first one over HTTPS only. */
    private static final Map<String, String> ENCODINGS = new LinkedHashMap<>();

    static {
        ENCODINGS.put("br", ".br");
        ENCODINGS.put("gzip", ".gz");
    }

    /**
     * @param print of the uncompressed content, for every encoding
     * @param packed the compressed variants by encoding
     */
    private record UiFile(
            String type,
            boolean immutable,
            String print,
            byte[] plain,
            Map<String, byte[]> packed) {}

    private final Map<String, UiFile> files = new HashMap<>();

    private UiFiles(Map<String, byte[]> read, Subpath below) {
        var contents = new HashMap<>(read);
        String name = INDEX.substring(1);
        byte[] built = read.get(name);
        byte[] placed = built == null ? new byte[0] : below(below.path(), built);
        if (built != null && !Arrays.equals(built, placed)) {
            contents.put(name, placed);
            // They are of what was built.
            ENCODINGS.values().forEach(end -> contents.remove(name + end));
        }
        contents.forEach((path, content) -> {
            if (!twin(contents, path)) {
                files.put("/" + path, file(contents, path, content));
            }
        });
        UiFile index = files.get(INDEX);
        if (index != null) {
            files.put("/", index);
        }
    }

    /**
     * Reads {@code folder} of the classpath; there are no pages if it has no {@code index.html}.
     *
     * @param folder ends with a slash
     * @param below the path below which they are
     * @throws IllegalStateException if the files exceed the limits for memory
     */
    public static UiFiles read(ClassLoader loader, String folder, Subpath below) {
        return new UiFiles(ClasspathFolder.read(loader, folder), below);
    }

    /** An edge without pages. */
    static UiFiles none() {
        return new UiFiles(Map.of(), new Subpath(""));
    }

    // Its files are built as siblings of whatever page it is sent for.
    private static byte[] below(String path, byte[] index) {
        return new String(index, StandardCharsets.UTF_8)
                .replace("=\"./", "=\"" + path + "/")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static boolean twin(Map<String, byte[]> contents, String path) {
        return ENCODINGS.values().stream()
                .anyMatch(end ->
                        path.endsWith(end)
                                && contents.containsKey(
                                        path.substring(0, path.length() - end.length())));
    }

    private static UiFile file(Map<String, byte[]> contents, String path, byte[] plain) {
        var packed = new LinkedHashMap<String, byte[]>();
        ENCODINGS.forEach((encoding, end) -> {
            byte[] twin = contents.get(path + end);
            // Used only if it is smaller.
            if (twin != null && twin.length < plain.length) {
                packed.put(encoding, twin);
            }
        });
        String end = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String type = TYPES.getOrDefault(end, "application/octet-stream");
        return new UiFile(type, ("/" + path).startsWith(ASSETS), print(plain), plain, packed);
    }

    private static String print(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The conditions and abilities of a browser's request. */
    record UiRequest(
            String method,
            String path,
            @Nullable String accept,
            @Nullable String encodings,
            @Nullable String ifNoneMatch) {}

    /** Whether there is a file at exactly this path. */
    boolean has(String path) {
        return files.containsKey(path);
    }

    /** The file at exactly this path; null if there is none, or the request is not for one. */
    @Nullable Response file(UiRequest ask) {
        UiFile file = files.get(ask.path);
        return file != null && READING.contains(ask.method) ? answer(file, ask) : null;
    }

    /** The page for a path without another handler; null if the request is not a browser's. */
    @Nullable Response page(UiRequest ask) {
        UiFile index = files.get(INDEX);
        String accept = ask.accept;
        if (index == null || accept == null) {
            return null;
        }
        boolean looking =
                READING.contains(ask.method)
                        && accept.contains("text/html")
                        && !ask.path.startsWith(ASSETS)
                        && API.stream().noneMatch(ask.path::startsWith);
        return looking ? answer(index, ask) : null;
    }

    private static Response answer(UiFile file, UiRequest ask) {
        String encoding = null;
        for (String known : file.packed.keySet()) {
            if (encoding == null && takes(ask.encodings, known)) {
                encoding = known;
            }
        }
        String etag = '"' + file.print + (encoding == null ? "" : "-" + encoding) + '"';
        var headers = new LinkedHashMap<String, String>();
        headers.put(
                "Cache-Control",
                file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
        headers.put("ETag", etag);
        if (!file.packed.isEmpty()) {
            headers.put("Vary", "Accept-Encoding");
        }
        // On all files: a worker uses the policy of its own script's response.
        headers.put("Content-Security-Policy", POLICY);
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        if (file.type.startsWith("text/html")) {
            headers.put("Permissions-Policy", "microphone=(self), camera=(), geolocation=()");
        }
        if (same(ask.ifNoneMatch, etag)) {
            return new Response(304, file.type, new byte[0], headers, null);
        }
        byte[] packed = encoding == null ? null : file.packed.get(encoding);
        if (encoding != null && packed != null) {
            headers.put("Content-Encoding", encoding);
            return new Response(200, file.type, packed, headers, null);
        }
        return new Response(200, file.type, file.plain, headers, null);
    }

    /** Whether {@code Accept-Encoding} includes this one, and not as {@code ;q=0}. */
    private static boolean takes(@Nullable String encodings, String encoding) {
        if (encodings == null) {
            return false;
        }
        for (String one : encodings.split(",", -1)) {
            String[] parts = one.split(";", 2);
            if (parts[0].strip().equalsIgnoreCase(encoding)) {
                return parts.length == 1 || !parts[1].strip().matches("[qQ]=0(\\.0*)?");
            }
        }
        return false;
    }

    private static boolean same(@Nullable String ifNoneMatch, String etag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String one : ifNoneMatch.split(",", -1)) {
            String tag = one.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }
}
