package io.slipway.ops;

import io.slipway.http.Json;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Serves the API document. */
final class ApiRoutes {

    private final Edge edge;
    private @Nullable ApiText text;

    /** The document in the forms in which it is sent. */
    private record ApiText(byte[] plain, byte[] packed) {}

    ApiRoutes(Edge edge) {
        this.edge = edge;
    }

    void install() {
        edge.route(RouteScope.OPEN, "GET", "/openapi.json", this::document);
    }

    private Response document(Request request) {
        String encodings = request.header("Accept-Encoding");
        boolean gzip = encodings != null && encodings.contains("gzip");
        String type = "application/json; charset=utf-8";
        var headers = Map.of("Cache-Control", "no-cache", "Vary", "Accept-Encoding");
        ApiText found = text();
        var response =
                new Response(200, type, gzip ? found.packed() : found.plain(), headers, null);
        return gzip ? response.with("Content-Encoding", "gzip") : response;
    }

    // Generated on the first request: by then, every feature has registered its views.
    private synchronized ApiText text() {
        ApiText known = text;
        if (known == null) {
            byte[] plain = Json.write(ApiDocument.joined(edge.views(), edge.routes()));
            known = new ApiText(plain, gzip(plain));
            text = known;
        }
        return known;
    }

    private static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
