package io.slipway.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.Json;
import io.slipway.http.ListedRoute;
import io.slipway.http.RouteScope;
import io.slipway.http.schema.Schemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document of both planes. What can't be derived is written by hand, in one file per
 * area in {@code resources/openapi}; the schemas of answers are derived from the views. Tests
 * compare the document with the routes and with real answers.
 *
 * <p>In these files, an answer of the console plane is one of
 *
 * <ul>
 *   <li>{@code {"data": "Device"}}: the envelope of a successful answer, containing a view,
 *   <li>{@code {"list": "Device"}}: containing a list of views,
 *   <li>{@code {"page": "Device"}}: a page of views,
 *   <li>{@code {"bare": "Device"}}: a view without an envelope.
 * </ul>
 *
 * Instead of a view's name there may be a schema, or null for no data. Anything else in the answer,
 * such as the limits of a list, is kept.
 */
final class ApiDocument {

    /** In the order in which the areas are shown; the first contains the shared parts. */
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
     * Merges all parts into one document.
     *
     * @param views the views in answers
     * @param routes for {@code x-scope}, what a call needs of its caller
     */
    static ObjectNode joined(Collection<? extends Class<?>> views, List<ListedRoute> routes) {
        ObjectNode whole = Json.object();
        for (String part : PARTS) {
            if (!(part(part) instanceof ObjectNode tree)) {
                throw new IllegalStateException(part + " is not a JSON object");
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
        routes.forEach(route -> scope(whole, route));
        return whole;
    }

    private static void scope(ObjectNode whole, ListedRoute route) {
        String method = route.method().toLowerCase(Locale.ROOT);
        JsonNode operation = whole.path("paths").path(route.path()).path(method);
        if (route.scope() != RouteScope.OPEN && operation instanceof ObjectNode known) {
            known.put("x-scope", route.scope().name().toLowerCase(Locale.ROOT));
            if (route.scope() != RouteScope.READ
                    && known.path("responses") instanceof ObjectNode responses
                    && !responses.has("403")) {
                responses.putObject("403").put("$ref", "#/components/responses/Forbidden");
            }
        }
    }

    private static void spellOut(JsonNode node) {
        if (!(node instanceof ObjectNode response)) {
            return;
        }
        for (String kind : List.of("data", "list", "page", "bare")) {
            JsonNode content = response.remove(kind);
            if (content != null) {
                if (!response.has("description")) {
                    response.put("description", "成功 · Done");
                }
                response.putObject("content")
                        .putObject("application/json")
                        .set("schema", answer(kind, schema(content), response.remove("maxItems")));
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
        // The envelope's schema is open, so that its data can be specified here.
        return envelope.put("unevaluatedProperties", false);
    }

    private static ObjectNode schema(JsonNode content) {
        return switch (content) {
            case ObjectNode schema -> schema;
            case NullNode nothing -> Json.object().put("type", "null");
            default -> Json.object().put("$ref", REFERENCE + content.asText());
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

    // Objects are merged, lists appended; a value that occurs in two parts is an error.
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
