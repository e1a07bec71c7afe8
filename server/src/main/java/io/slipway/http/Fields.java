package io.slipway.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and validates the fields of a JSON body; a violation is a 400 that names the field with its
 * path: {@code stages[1].percent}. Jackson's binding to records is not used: its errors name Java
 * types and it stops at the first unknown member.
 */
public final class Fields {

    private final JsonNode tree;
    private final String way;

    public Fields(JsonNode tree) {
        this(tree, "");
    }

    private Fields(JsonNode tree, String way) {
        if (!tree.isObject()) {
            throw new Problem(400, "请求体应为 JSON 对象", "The body must be a JSON object");
        }
        this.tree = tree;
        this.way = way;
    }

    /** The error for a missing or invalid field: a 400 that names it. */
    public Problem wrong(String name, String zh, String en) {
        return Problem.field(way + name, zh, en);
    }

    /** Rejects all other fields: a misspelt one would be silently ignored. */
    public void only(String... names) {
        Set<String> known = Set.of(names);
        for (Iterator<String> given = tree.fieldNames(); given.hasNext(); ) {
            String name = given.next();
            if (!known.contains(name)) {
                throw wrong(shown(name), "没有这个字段", "no such field");
            }
        }
    }

    // Half a surrogate pair, sent as such or cut here, could not be written into the answer.
    private static String shown(String name) {
        var shown = new StringBuilder();
        name.codePoints()
                .limit(64)
                .map(c -> Character.getType(c) == Character.SURROGATE ? '\ufffd' : c)
                .forEach(shown::appendCodePoint);
        return name.codePointCount(0, name.length()) > 64 ? shown + "…" : shown.toString();
    }

    /** The fields of a tree, which must be an object. */
    public static Fields of(JsonNode tree) {
        return new Fields(tree);
    }

    /** An element of a list that may contain texts and objects. */
    public sealed interface Item permits Text, Nested {}

    /** A text. */
    public record Text(String text) implements Item {}

    /** An object. */
    public record Nested(Fields fields) implements Item {}

    /** Whether the field is present and not null. */
    public boolean has(String name) {
        return tree.hasNonNull(name);
    }

    /** A text of 1 to {@code max} characters after trimming. */
    public String required(String name, int max) {
        String value = optional(name, max);
        if (value == null || value.isBlank()) {
            throw wrong(name, "必填", "is required");
        }
        return value.strip();
    }

    /** A text of at most {@code max} characters; null if absent or null. */
    public @Nullable String optional(String name, int max) {
        JsonNode node = tree.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual() && !node.isNumber()) {
            throw wrong(name, "应为文本", "must be text");
        }
        return limited(name, node.asText(), max);
    }

    /** A text, {@code fallback} when absent. */
    public String text(String name, int max, String fallback) {
        String value = optional(name, max);
        return value == null ? fallback : value;
    }

    /** An integer within bounds; null if absent. */
    public @Nullable Long number(String name, long min, long max) {
        JsonNode node = tree.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.canConvertToLong() || !node.isIntegralNumber()) {
            throw wrong(name, "应为整数", "must be a whole number");
        }
        long value = node.asLong();
        if (value < min || value > max) {
            throw wrong(
                    name,
                    "应在 " + min + " 到 " + max + " 之间",
                    "must be between " + min + " and " + max);
        }
        return value;
    }

    /** A number with at most {@code places} decimal places, within bounds; null if absent. */
    public @Nullable BigDecimal decimal(String name, int places, double min, double max) {
        JsonNode node = tree.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isNumber()) {
            throw wrong(name, "应为数字", "must be a number");
        }
        // Must come first: 1e999 has no decimal value.
        if (!(node.asDouble() >= min && node.asDouble() <= max)) {
            String from = BigDecimal.valueOf(min).stripTrailingZeros().toPlainString();
            String to = BigDecimal.valueOf(max).stripTrailingZeros().toPlainString();
            throw wrong(
                    name,
                    "应在 " + from + " 到 " + to + " 之间",
                    "must be between " + from + " and " + to);
        }
        BigDecimal value = node.decimalValue();
        if (value.stripTrailingZeros().scale() > places) {
            throw wrong(name, "最多 " + places + " 位小数", "at most " + places + " decimals");
        }
        return value;
    }

    /** A boolean, also as 0 or 1; null if absent. */
    public @Nullable Boolean flag(String name) {
        JsonNode node = tree.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (node.isBoolean()) {
            return node.asBoolean();
        }
        if (node.isIntegralNumber() && (node.asLong() == 0 || node.asLong() == 1)) {
            return node.asLong() == 1;
        }
        throw wrong(name, "应为 true 或 false", "must be true or false");
    }

    /** A list of texts; empty if absent. */
    public List<String> texts(String name, int maxItems, int maxLength) {
        var texts = new ArrayList<String>();
        for (JsonNode item : items(name, maxItems)) {
            if (!item.isTextual()) {
                throw wrong(name, "应为文本列表", "must be a list of texts");
            }
            texts.add(limited(name, item.asText(), maxLength));
        }
        return texts;
    }

    /** A list of objects; empty if absent. */
    public List<Fields> objects(String name, int maxItems) {
        var objects = new ArrayList<Fields>();
        for (JsonNode item : items(name, maxItems)) {
            if (!item.isObject()) {
                throw wrong(name, "应为对象列表", "must be a list of objects");
            }
            objects.add(new Fields(item, way + name + "[" + objects.size() + "]."));
        }
        return objects;
    }

    /** A list of texts, each of at most {@code maxLength}, and objects; empty if absent. */
    public List<Item> items(String name, int maxItems, int maxLength) {
        var items = new ArrayList<Item>();
        for (JsonNode item : items(name, maxItems)) {
            if (item.isTextual()) {
                items.add(new Text(limited(name, item.asText(), maxLength)));
            } else if (item.isObject()) {
                items.add(new Nested(new Fields(item)));
            } else {
                throw Problem.field(name, "应为文本或对象的列表", "must be a list of texts or objects");
            }
        }
        return items;
    }

    /** An object's own fields; null if absent. */
    public @Nullable Fields object(String name) {
        JsonNode node = tree.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isObject()) {
            throw wrong(name, "应为 JSON 对象", "must be a JSON object");
        }
        return new Fields(node, way + name + ".");
    }

    /** Any JSON in a field, as text; null if absent. {@code max} in characters. */
    public @Nullable String raw(String name, int max) {
        JsonNode node = tree.get(name);
        return node == null || node.isNull() ? null : limited(name, node.toString(), max);
    }

    private Iterable<JsonNode> items(String name, int maxItems) {
        JsonNode node = tree.get(name);
        if (node == null || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw wrong(name, "应为列表", "must be a list");
        }
        if (node.size() > maxItems) {
            throw wrong(name, "最多 " + maxItems + " 项", "at most " + maxItems + " items");
        }
        return node;
    }

    // NUL is the one character that PostgreSQL can't store; the others make no sense in a name.
    private String limited(String name, String value, int max) {
        if (value.length() > max) {
            throw wrong(name, "最多 " + max + " 个字符", "at most " + max + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\n' && c != '\r' && c != '\t') {
                throw wrong(name, "含有控制字符", "must not contain control characters");
            }
            if (Character.isSurrogate(c)
                    && !(Character.isHighSurrogate(c)
                            ? i + 1 < value.length()
                                    && Character.isLowSurrogate(value.charAt(i + 1))
                            : i > 0 && Character.isHighSurrogate(value.charAt(i - 1)))) {
                throw wrong(name, "含有无效字符", "must not contain invalid characters");
            }
        }
        return value;
    }
}
