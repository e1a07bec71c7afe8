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

    /**
     * How this departs from what is kept: another order, another field, an answer without one.
     * Which of the forms of an answer occurred is no departure: a device may be waiting for one
     * thing or for another, depending on how fast the server was.
     *
     * @param kept in the form of {@link #lines}
     */
    List<String> departures(List<String> kept) {
        var known = new TreeMap<String, Set<String>>();
        for (String line : kept) {
            int colon = line.lastIndexOf(": ");
            known.computeIfAbsent(line.substring(0, colon), first -> new TreeSet<>())
                    .add(line.substring(colon + 2));
        }
        var departures = new ArrayList<String>();
        known.keySet().stream()
                .filter(path -> !forms.containsKey(path) && !optional(path, known))
                .forEach(path -> departures.add("gone: " + path));
        forms.forEach((path, some) -> {
            var allowed = known.getOrDefault(path, Set.of());
            some.stream()
                    .filter(form -> !allowed.contains(form) && !agrees(form, allowed))
                    .forEach(form -> departures.add(path + ": " + form));
        });
        return departures;
    }

    // Whether it is within a field that some forms of its parent omit.
    private static boolean optional(String path, Map<String, Set<String>> known) {
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            String field = path.substring(dot + 1).replaceAll("[.\\[].*", "");
            var parents = known.getOrDefault(path.substring(0, dot), Set.of());
            if (!parents.stream().allMatch(form -> names(form).contains(field))) {
                return true;
            }
        }
        return false;
    }

    // Has what all known forms have, and nothing that none has, in no other order.
    private static boolean agrees(String form, Set<String> known) {
        List<String> fields = names(form);
        var some = new TreeSet<String>();
        known.forEach(each -> some.addAll(names(each)));
        return !known.isEmpty()
                && some.containsAll(fields)
                && known.stream().allMatch(each -> sameOrder(fields, names(each)))
                && some.stream()
                        .filter(field ->
                                known.stream().allMatch(each -> names(each).contains(field)))
                        .allMatch(fields::contains);
    }

    private static boolean sameOrder(List<String> one, List<String> other) {
        var first = new ArrayList<>(one);
        first.retainAll(other);
        var second = new ArrayList<>(other);
        second.retainAll(one);
        return first.equals(second);
    }

    private static List<String> names(String form) {
        return List.of(form.split(" ", -1));
    }

    /** Each as {@code operation .path.to[]: its fields}. */
    List<String> lines() {
        return forms.entrySet().stream()
                .flatMap(path -> path.getValue().stream().map(form -> path.getKey() + ": " + form))
                .toList();
    }
}
