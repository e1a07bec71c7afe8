package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import io.slipway.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The API's document as parsed by a program, with validation of messages. */
final class Contract {

    /**
     * @param path a template with {@code {names}}
     * @param alias whether this path only refers to another one
     */
    record Operation(String id, String method, String path, boolean alias, JsonNode node) {

        /** A name in a path is a segment, or a part of one up to a dot. */
        boolean fits(String wantedMethod, String wantedPath) {
            String regex =
                    Pattern.compile("\\{\\w+}")
                            .splitAsStream(path)
                            .map(Pattern::quote)
                            .reduce((a, b) -> a + "[^/]+" + b)
                            .orElse("");
            String whole = path.endsWith("}") ? regex + "[^/]+" : regex;
            return method.equals(wantedMethod) && wantedPath.matches(whole);
        }

        long names() {
            return path.chars().filter(c -> c == '{').count();
        }
    }

    final JsonNode tree;
    final List<Operation> operations;
    private final SchemaRegistry registry =
            SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12,
                    builder ->
                            builder.schemaRegistryConfig(
                                    SchemaRegistryConfig.builder()
                                            .formatAssertionsEnabled(true)
                                            .build()));
    private final Map<JsonNode, Schema> schemas = new HashMap<>();

    Contract(JsonNode tree) {
        this.tree = tree;
        var all = new ArrayList<Operation>();
        for (var path : tree.path("paths").properties()) {
            boolean alias = path.getValue().has("$ref");
            for (var method : resolved(path.getValue()).properties()) {
                String name = method.getKey().toUpperCase(Locale.ROOT);
                JsonNode node = method.getValue();
                String id = node.path("operationId").asText();
                all.add(new Operation(id, name, path.getKey(), alias, node));
            }
        }
        // The fixed paths first, as in the router.
        all.sort(Comparator.comparingLong(Operation::names));
        operations = List.copyOf(all);
    }

    Optional<Operation> find(String method, String path) {
        return operations.stream().filter(each -> each.fits(method, path)).findFirst();
    }

    /** What a {@code $ref} refers to, or the node itself. */
    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? at(node.path("$ref").asText()) : node;
    }

    JsonNode at(String reference) {
        assertThat(reference).startsWith("#/");
        JsonNode found = tree.at(reference.substring(1));
        assertThat(found.isMissingNode()).as(reference + " leads nowhere").isFalse();
        return found;
    }

    JsonNode response(Operation operation, int status) {
        JsonNode response = operation.node().path("responses").path(Integer.toString(status));
        String what = operation.id() + " answers " + status + ", which is not documented";
        assertThat(response.isMissingNode()).as(what).isFalse();
        return resolved(response);
    }

    /** Fails unless a body matches its content's schema. */
    void holds(String what, JsonNode content, byte[] body) {
        JsonNode schema = content.path("schema");
        if (schema.path("format").asText().equals("binary")) {
            return;
        }
        JsonNode value = Json.read(body);
        var wrong = schemas.computeIfAbsent(schema, this::compiled).validate(value);
        assertThat(wrong).as(what + ": " + new String(body, StandardCharsets.UTF_8)).isEmpty();
    }

    // References lead into the document's components.
    private Schema compiled(JsonNode schema) {
        ObjectNode root = schema.deepCopy();
        root.set("components", tree.path("components"));
        return registry.getSchema(root);
    }

    /** The names of a kind of parameters of an operation. */
    List<String> parameters(Operation operation, String in) {
        var names = new ArrayList<String>();
        for (JsonNode each : operation.node().path("parameters")) {
            JsonNode parameter = resolved(each);
            if (parameter.path("in").asText().equals(in)) {
                names.add(parameter.path("name").asText());
            }
        }
        return names;
    }
}
