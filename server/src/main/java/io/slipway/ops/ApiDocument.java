package io.slipway.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.Json;
import io.slipway.http.schema.Schemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document of both planes. What a machine can't know is written by hand, a file for
 * each area in {@code resources/openapi}; the schemas of answers are read off the views. A test
 * holds it against the routes and against real answers.
 *
 * <p>In the files an answer of the console plane is one of
 *
 * <ul>
 *   <li>{@code {"data": "Device"}}: the envelope of success with a view in it,
 *   <li>{@code {"list": "Device"}}: with a list of them,
 *   <li>{@code {"page": "Device"}}: a page of them,
 *   <li>{@code {"bare": "Device"}}: a view without an envelope.
 * </ul>
 *
 * Instead of a view's name there may be a schema, or null for nothing. What else is said, of a list
 * its limits for one, stays.
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

    private static final String REFERENCE = "#/components/schemas/";

    private ApiDocument() {}

    /**
     * All parts as one document.
     *
     * @param views that answers are made of
     */
    static ObjectNode joined(Collection<? extends Class<?>> views) {
        ObjectNode whole = Json.object();
        for (String part : PARTS) {
            if (!(part(part) instanceof ObjectNode tree)) {
                throw new IllegalStateException(part + " is no JSON object");
            }
            merge(whole, tree, part);
        }
        ObjectNode schemas = Json.object();
        schemas.putObject("components").set("schemas", Schemas.of(views));
        merge(whole, schemas, "views");
        for (JsonNode path : whole.path("paths")) {
            for (JsonNode operation : path) {
                operation.path("responses").forEach(ApiDocument::spellOut);
            }
        }
        return whole;
    }

    private static void spellOut(JsonNode node) {
        if (!(node instanceof ObjectNode response)) {
            return;
        }
        for (String kind : List.of("data", "list", "page", "bare")) {
            JsonNode said = response.remove(kind);
            if (said != null) {
                if (!response.has("description")) {
                    response.put("description", "成功 · Done");
                }
                response.putObject("content")
                        .putObject("application/json")
                        .set("schema", answer(kind, schema(said), response.remove("maxItems")));
                return;
            }
        }
    }

    private static ObjectNode answer(String kind, ObjectNode view, @Nullable JsonNode maxItems) {
        if (kind.equals("bare")) {
            return view;
        }
        ObjectNode data = view;
        if (!kind.equals("data")) {
            data = Json.object().put("type", "array").set("items", view);
            if (maxItems != null) {
                data.set("maxItems", maxItems);
            }
        }
        ObjectNode envelope = Json.object();
        envelope.put("$ref", REFERENCE + (kind.equals("page") ? "Page" : "Ok"));
        envelope.putObject("properties").set("data", data);
        // An envelope is open, so that this one can say what its data is.
        return envelope.put("unevaluatedProperties", false);
    }

    private static ObjectNode schema(JsonNode said) {
        return switch (said) {
            case ObjectNode schema -> schema;
            case NullNode nothing -> Json.object().put("type", "null");
            default -> Json.object().put("$ref", REFERENCE + said.asText());
        };
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
