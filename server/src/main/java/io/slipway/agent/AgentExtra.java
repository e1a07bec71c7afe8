package io.slipway.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The {@code extra} of an agent: sections {@code llm}, {@code voice}, {@code asr}, {@code goodbye},
 * {@code voiceprint} and {@code disabled_builtin_tools}. Unknown sections are stored unchanged.
 */
final class AgentExtra {

    private static final int MAX_BYTES = 16 * 1024;
    private static final int MAX_TOOLS = 64;
    private static final int MAX_PARAMS = 32;
    private static final int MAX_TEXT = 1_024;
    private static final int MAX_DEPTH = 4;
    private static final Pattern PARAM = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,63}");

    private record Range(double min, double max, boolean whole) {}

    // The ranges that language model services accept; outside of them they fail in mid-call.
    private static final Map<String, Range> NUMBERS =
            Map.of(
                    "temperature", new Range(0, 2, false),
                    "top_p", new Range(0, 1, false),
                    "top_k", new Range(0, 1_000, true),
                    "max_tokens", new Range(1, 131_072, true),
                    "frequency_penalty", new Range(-2, 2, false),
                    "presence_penalty", new Range(-2, 2, false));

    private AgentExtra() {}

    /**
     * The merged extra of an agent: each given section replaces the one of that name, null removes
     * it.
     *
     * @throws Problem 400 that names the invalid field
     */
    static String merged(String before, JsonNode change) {
        if (!change.isObject()) {
            throw Problem.field("extra", "应为 JSON 对象", "must be a JSON object");
        }
        var merged = (ObjectNode) Json.read(before);
        for (var section : change.properties()) {
            if (section.getValue().isNull()) {
                merged.remove(section.getKey());
            } else {
                merged.set(section.getKey(), checked(section.getKey(), section.getValue()));
            }
        }
        byte[] written = Json.write(merged);
        if (written.length > MAX_BYTES) {
            throw Problem.field(
                    "extra", "最多 " + MAX_BYTES + " 字节", "at most " + MAX_BYTES + " bytes");
        }
        return new String(written, StandardCharsets.UTF_8);
    }

    private static JsonNode checked(String section, JsonNode value) {
        switch (section) {
            case "llm" -> {
                return llm(value);
            }
            case "voice", "asr", "voiceprint" -> object("extra." + section, value);
            case "disabled_builtin_tools" -> tools(value);
            default -> {
                // goodbye is a text or an object; other sections are not validated.
            }
        }
        return value;
    }

    private static JsonNode llm(JsonNode value) {
        object("extra.llm", value);
        ObjectNode llm = value.deepCopy();
        for (var number : NUMBERS.entrySet()) {
            JsonNode given = llm.get(number.getKey());
            if (given == null || given.isNull()) {
                continue;
            }
            if (!given.isNumber()) {
                throw Problem.field("extra.llm." + number.getKey(), "应为数字", "must be a number");
            }
            Range range = number.getValue();
            double clamped = Math.clamp(given.asDouble(), range.min(), range.max());
            if (range.whole()) {
                llm.put(number.getKey(), Math.round(clamped));
            } else if (clamped != given.asDouble()) {
                llm.put(number.getKey(), clamped);
            }
        }
        JsonNode params = llm.get("custom_params");
        if (params != null && !params.isNull()) {
            params(params);
        }
        return llm;
    }

    private static void params(JsonNode params) {
        String field = "extra.llm.custom_params";
        object(field, params);
        if (params.size() > MAX_PARAMS) {
            throw Problem.field(
                    field, "最多 " + MAX_PARAMS + " 项", "at most " + MAX_PARAMS + " items");
        }
        for (var param : params.properties()) {
            if (!PARAM.matcher(param.getKey()).matches()) {
                throw Problem.field(
                        field,
                        "参数名只能包含字母、数字和 _ . -，最多 64 个字符",
                        "names may only contain letters, digits, _ . and -, at most 64 characters");
            }
            value(field + "." + param.getKey(), param.getValue(), 1);
        }
    }

    private static void value(String field, JsonNode value, int depth) {
        if (depth > MAX_DEPTH) {
            throw Problem.field(field, "嵌套过深", "is nested too deeply");
        }
        if (value.isTextual() && value.textValue().length() > MAX_TEXT) {
            throw Problem.field(
                    field, "最多 " + MAX_TEXT + " 个字符", "at most " + MAX_TEXT + " characters");
        }
        if (value.isNumber() && !Double.isFinite(value.asDouble())) {
            throw Problem.field(field, "数字超出范围", "is out of range");
        }
        for (JsonNode item : value) {
            value(field, item, depth + 1);
        }
    }

    private static void tools(JsonNode tools) {
        String field = "extra.disabled_builtin_tools";
        if (!tools.isArray() || tools.size() > MAX_TOOLS) {
            throw Problem.field(
                    field,
                    "应为文本列表，最多 " + MAX_TOOLS + " 项",
                    "must be a list of texts, at most " + MAX_TOOLS);
        }
        for (JsonNode tool : tools) {
            if (!tool.isTextual() || tool.textValue().length() > 128) {
                throw Problem.field(
                        field, "应为文本列表，每项最多 128 个字符", "must be texts of at most 128 characters");
            }
        }
    }

    private static void object(String field, JsonNode value) {
        if (!value.isObject()) {
            throw Problem.field(field, "应为 JSON 对象", "must be a JSON object");
        }
    }
}
