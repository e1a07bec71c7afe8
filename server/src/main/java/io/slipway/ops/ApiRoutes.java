package io.slipway.ops;

import io.slipway.http.Json;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.edge.Edge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Serves the document of the API. */
final class ApiRoutes {

    private final byte[] document = Json.write(ApiDocument.joined());
    private final byte[] packed = gzip(document);

    void install(Edge edge) {
        edge.route("GET", "/openapi.json", this::document);
    }

    private Response document(Request request) {
        String encodings = request.header("Accept-Encoding");
        boolean gzip = encodings != null && encodings.contains("gzip");
        String type = "application/json; charset=utf-8";
        var headers = Map.of("Cache-Control", "no-cache", "Vary", "Accept-Encoding");
        var response = new Response(200, type, gzip ? packed : document, headers, null);
        return gzip ? response.with("Content-Encoding", "gzip") : response;
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
