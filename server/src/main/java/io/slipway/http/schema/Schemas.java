package io.slipway.http.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.Json;
import io.slipway.protocol.Mac;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Derives JSON schemas from the records that are serialized as JSON. A field is required unless it
 * is {@link Omitted}, and may be null if its type is {@link Nullable}; additional fields are not
 * allowed.
 */
public final class Schemas {

    private static final String REFERENCE = "#/components/schemas/";
    private static final String SUFFIX = "View";

    /** Marks a list in {@link Shape#tree}. */
    private static final String LIST = "[]";

    private static final Object[] NOTHING = {};

    private static final Set<Class<?>> WHOLE_NUMBERS =
            Set.of(int.class, long.class, Integer.class, Long.class);
    private static final Set<Class<?>> NUMBERS =
            Set.of(double.class, Double.class, BigDecimal.class);

    private record Anything(@Shape String any) {}

    /** The default: no restrictions. */
    private static final Shape ANY =
            Objects.requireNonNull(
                    Anything.class.getRecordComponents()[0].getAnnotation(Shape.class));

    private final ObjectNode schemas = Json.object();
    private final Map<String, Class<?>> named = new HashMap<>();

    private Schemas() {}

    /**
     * The schemas of views and everything they contain, each under its type's simple name without
     * the suffix {@code View}.
     *
     * @throws IllegalStateException if two types have the same name, or one can't be represented in
     *     JSON
     */
    public static ObjectNode of(Collection<? extends Class<?>> views) {
        var all = new Schemas();
        views.forEach(all::name);
        return all.schemas;
    }

    private String name(Class<?> type) {
        String simple = type.getSimpleName();
        String name =
                simple.endsWith(SUFFIX)
                        ? simple.substring(0, simple.length() - SUFFIX.length())
                        : simple;
        Class<?> before = named.putIfAbsent(name, type);
        if (before != null && before != type) {
            throw new IllegalStateException(type + " and " + before + " are both called " + name);
        }
        if (before == null) {
            // Its place is reserved first: the types that it refers to come after it.
            schemas.set(name, Json.object());
            schemas.set(name, ofType(type));
        }
        return name;
    }

    private ObjectNode ofType(Class<?> type) {
        ObjectNode schema = Json.object();
        if (type.isSealed()) {
            ArrayNode forms = schema.putArray("oneOf");
            for (Class<?> form : type.getPermittedSubclasses()) {
                forms.add(reference(form));
            }
        } else {
            schema.put("type", "object");
            describe(schema, ofAll(type));
            ArrayNode required = schema.putArray("required");
            schema.put("additionalProperties", false);
            addFields(type, true, required, schema.putObject("properties"));
        }
        return schema;
    }

    private void addFields(
            Class<?> type, boolean always, ArrayNode required, ObjectNode properties) {
        for (RecordComponent part : type.getRecordComponents()) {
            boolean omitted = part.isAnnotationPresent(Omitted.class);
            if (part.isAnnotationPresent(Inlined.class)) {
                boolean there = always && !nullable(part.getAnnotatedType());
                addFields(part.getType(), there, required, properties);
                continue;
            }
            JsonProperty renamed = part.getAccessor().getAnnotation(JsonProperty.class);
            String name = renamed == null ? part.getName() : renamed.value();
            if (always && !omitted) {
                required.add(name);
            }
            properties.set(name, field(part, omitted));
        }
    }

    private ObjectNode field(RecordComponent part, boolean omitted) {
        Shape shape = shape(part);
        Described described = part.getAnnotation(Described.class);
        AnnotatedType type = part.getAnnotatedType();
        ObjectNode schema;
        if (type instanceof AnnotatedParameterizedType list && isList(list)) {
            AnnotatedType item = list.getAnnotatedActualTypeArguments()[0];
            ObjectNode items = orNull(value(item.getType(), shape), nullable(item));
            describe(items, described == null ? "" : described.items());
            schema = Json.object().put("type", "array").set("items", items);
        } else {
            schema = value(type.getType(), shape);
        }
        if (shape.minItems() > 0) {
            schema.put("minItems", shape.minItems());
        }
        if (shape.maxItems() >= 0) {
            schema.put("maxItems", shape.maxItems());
        }
        ObjectNode whole = orNull(schema, nullable(type) && !omitted);
        describe(whole, described == null ? "" : described.value());
        return whole;
    }

    private static Shape shape(RecordComponent part) {
        Shape shape = part.getAnnotation(Shape.class);
        return shape == null ? ANY : shape;
    }

    private static boolean isList(AnnotatedParameterizedType type) {
        return type.getType() instanceof ParameterizedType generic
                && generic.getRawType() instanceof Class<?> raw
                && Collection.class.isAssignableFrom(raw);
    }

    private ObjectNode value(Type type, Shape shape) {
        ObjectNode schema = shaped(type, shape);
        if (!shape.format().isEmpty()) {
            schema.put("format", shape.format());
        }
        if (!shape.pattern().isEmpty()) {
            schema.put("pattern", shape.pattern());
        }
        if (shape.minLength() > 0) {
            schema.put("minLength", shape.minLength());
        }
        if (shape.maxLength() >= 0) {
            schema.put("maxLength", shape.maxLength());
        }
        if (!Double.isNaN(shape.minimum())) {
            schema.set("minimum", number(shape.minimum()));
        }
        if (!Double.isNaN(shape.maximum())) {
            schema.set("maximum", number(shape.maximum()));
        }
        return schema;
    }

    private static JsonNode number(double limit) {
        return Json.tree(limit == Math.rint(limit) ? (Number) (long) limit : (Number) limit);
    }

    private ObjectNode shaped(Type type, Shape shape) {
        if (!shape.schema().isEmpty()) {
            return Json.object().put("$ref", REFERENCE + shape.schema());
        }
        if (shape.tree().endsWith(LIST)) {
            ObjectNode list = Json.object().put("type", "array");
            String item = shape.tree().substring(0, shape.tree().length() - LIST.length());
            return list.set("items", Json.object().put("type", item));
        }
        if (!shape.tree().isEmpty()) {
            return Json.object().put("type", shape.tree());
        }
        Object[] constants = shape.constants().getEnumConstants();
        var all = new LinkedHashSet<>(Arrays.asList(constants == null ? NOTHING : constants));
        all.addAll(List.of(shape.values()));
        return all.isEmpty() ? ofJava(type) : enumOf(all);
    }

    private static ObjectNode enumOf(Collection<?> constants) {
        ObjectNode schema = Json.object();
        ArrayNode values = schema.putArray("enum");
        constants.forEach(each -> values.add(Json.tree(each)));
        return schema;
    }

    private ObjectNode ofJava(Type type) {
        if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
            ObjectNode schema = Json.object().put("type", "object");
            schema.set("additionalProperties", ofJava(map.getActualTypeArguments()[1]));
            return schema;
        }
        if (!(type instanceof Class<?> simple)) {
            throw new IllegalStateException(type + " has no schema");
        }
        if (simple.isEnum()) {
            ObjectNode schema = enumOf(List.of(simple.getEnumConstants()));
            describe(schema, ofAll(simple));
            return schema;
        }
        if (simple == Instant.class) {
            return Json.object().put("type", "string").put("format", "date-time");
        }
        if (simple == Mac.class) {
            return Json.object().put("$ref", REFERENCE + "Mac");
        }
        if (JsonNode.class.isAssignableFrom(simple)) {
            return Json.object();
        }
        if (simple.isRecord() || simple.isSealed()) {
            return reference(simple);
        }
        return Json.object().put("type", basic(simple));
    }

    private static String basic(Class<?> type) {
        if (WHOLE_NUMBERS.contains(type)) {
            return "integer";
        }
        if (NUMBERS.contains(type)) {
            return "number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        }
        if (type == String.class) {
            return "string";
        }
        throw new IllegalStateException(type + " has no schema");
    }

    private ObjectNode reference(Class<?> type) {
        return Json.object().put("$ref", REFERENCE + name(type));
    }

    private static boolean nullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    private static ObjectNode orNull(ObjectNode schema, boolean nullable) {
        if (!nullable || schema.isEmpty() || schema.path("type").asText().equals("null")) {
            return schema;
        }
        JsonNode type = schema.get("type");
        if (type != null) {
            schema.putArray("type").add(type).add("null");
        } else if (schema.get("enum") instanceof ArrayNode values) {
            values.addNull();
        } else {
            ObjectNode either = Json.object();
            either.putArray("anyOf").add(schema).add(Json.object().put("type", "null"));
            return either;
        }
        return schema;
    }

    private static String ofAll(Class<?> type) {
        Described described = type.getAnnotation(Described.class);
        return described == null ? "" : described.value();
    }

    private static void describe(ObjectNode schema, String text) {
        if (!text.isEmpty()) {
            schema.put("description", text);
        }
    }
}
