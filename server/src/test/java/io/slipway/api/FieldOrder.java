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
 * The fields of answers, in the order in which they are written. JSON gives the order no meaning,
 * but people read answers, and some scripts split them as text.
 */
final class FieldOrder {

    /** The content of {@code field-order.txt}, in the form of {@link #lines}. */
    static final Path KEPT = Path.of("src/test/resources/field-order.txt");

    /** What is not defined here: the document itself, and the data of stored events. */
    private static final Pattern ELSEWHERE =
            Pattern.compile("openapi .*|(events|rolloutTimeline) \\.data\\[]\\.data.*");

    // Some fields are sometimes omitted: each form that occurred is a line.
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
