package io.slipway.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The fields of answers, in the order in which they come. JSON gives it no meaning, but people read
 * answers, and some scripts cut them apart.
 */
final class FieldOrder {

    /** What {@code field-order.txt} says; its lines are as those of {@link #lines}. */
    static final Path KEPT = Path.of("src/test/resources/field-order.txt");

    /**
     * What nobody here decides: the document itself, and what an event had in it when it was kept.
     */
    private static final Pattern ELSEWHERE =
            Pattern.compile("openapi .*|(events|rolloutTimeline) \\.data\\[]\\.data.*");

    // Some fields are left out at times: each form that was met is a line.
    private final Map<String, Set<String>> forms = new TreeMap<>();

    void add(String operation, JsonNode answer) {
        look(operation + " ", answer);
    }

    private void look(String path, JsonNode node) {
        if (ELSEWHERE.matcher(path).matches()) {
            return;
        }
        if (node.isArray()) {
            node.forEach(each -> look(path + "[]", each));
        } else if (node.isObject()) {
            var names = new ArrayList<String>();
            node.fieldNames().forEachRemaining(names::add);
            forms.computeIfAbsent(path, first -> new TreeSet<>()).add(String.join(" ", names));
            node.properties().forEach(each -> look(path + "." + each.getKey(), each.getValue()));
        }
    }

    /** Each as {@code operation .path.to[]: its fields}. */
    List<String> lines() {
        return forms.entrySet().stream()
                .flatMap(path -> path.getValue().stream().map(form -> path.getKey() + ": " + form))
                .toList();
    }
}
