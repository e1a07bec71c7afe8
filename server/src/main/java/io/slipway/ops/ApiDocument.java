package io.slipway.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The OpenAPI document of both planes. It is written by hand, one file per area in {@code
 * resources/openapi}, so that people can read it; a test checks it against the routes and against
 * real answers.
 */
final class ApiDocument {

    /** In the order in which the areas are shown; the first has the shared parts. */
    static final List<String> PARTS =
            List.of(
                    "base",
                    "device-plane",
                    "account",
                    "agent",
                    "activation",
                    "device",
                    "refused",
                    "program",
                    "preregister",
                    "session",
                    "history",
                    "build",
                    "rollout",
                    "event",
                    "overview",
                    "console",
                    "system");

    private ApiDocument() {}

    /** All parts as one document. */
    static ObjectNode joined() {
        ObjectNode whole = Json.object();
        for (String part : PARTS) {
            if (!(part(part) instanceof ObjectNode tree)) {
                throw new IllegalStateException(part + " is no JSON object");
            }
            merge(whole, tree, part);
        }
        return whole;
    }

    private static JsonNode part(String name) {
        try (var in = ApiDocument.class.getResourceAsStream("/openapi/" + name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("openapi/" + name + ".json is missing");
            }
            return Json.read(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Objects are merged, lists appended; a value in two parts is a mistake.
    private static void merge(ObjectNode into, ObjectNode part, String where) {
        for (var field : part.properties()) {
            String name = field.getKey();
            JsonNode before = into.get(name);
            if (before == null) {
                into.set(name, field.getValue());
            } else if (before instanceof ObjectNode known
                    && field.getValue() instanceof ObjectNode more) {
                merge(known, more, where + "/" + name);
            } else if (before instanceof ArrayNode known
                    && field.getValue() instanceof ArrayNode more) {
                known.addAll(more);
            } else {
                throw new IllegalStateException(where + "/" + name + " occurs twice");
            }
        }
    }
}
