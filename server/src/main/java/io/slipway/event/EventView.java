package io.slipway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events as the feed and webhooks show them. */
final class EventView {

    /** What a test delivery is called. */
    static final String TEST = "test";

    private EventView() {}

    /** Ids are texts: JavaScript's numbers are too short for them. */
    static Map<String, @Nullable Object> of(Event event) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", Long.toString(event.id()));
        view.put("type", event.type().wire());
        view.put("at", Instant.ofEpochMilli(event.at()).toString());
        view.put("accountId", orNull(event.accountId()));
        view.put("rolloutId", orNull(event.rolloutId()));
        view.put("buildId", orNull(event.buildId()));
        view.put("mac", orNull(event.mac()));
        view.put("data", json(event.data()));
        view.put("text", Map.of("zh", event.type().zh(), "en", event.type().en()));
        return view;
    }

    /** A test, with all the fields of an event. */
    static Map<String, @Nullable Object> test(long id, long at, String accountId) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", Long.toString(id));
        view.put("type", TEST);
        view.put("at", Instant.ofEpochMilli(at).toString());
        view.put("accountId", accountId);
        view.put("rolloutId", null);
        view.put("buildId", null);
        view.put("mac", null);
        view.put("data", Map.of());
        view.put("text", Map.of("zh", "这是一次测试", "en", "This is a test"));
        return view;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    // Rows of older servers also name the rule that a cause came of, which is nobody's business.
    private static JsonNode json(String text) {
        JsonNode data = Json.read(text.getBytes(StandardCharsets.UTF_8));
        return data instanceof ObjectNode object ? object.without("rule") : data;
    }
}
