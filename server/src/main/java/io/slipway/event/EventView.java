package io.slipway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.Json;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Shape;
import io.slipway.text.Sentence;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event, as in the feed and in webhooks.
 *
 * @param id a string, because it exceeds JavaScript's exact integers
 */
record EventView(
        @Described("数字，作文本 · a number, as a string") String id,
        @Shape(constants = EventType.class) String type,
        Instant at,
        @Inlined EventSubject subject,
        @Described("随类型而定 · depends on the type") @Shape(tree = "object") JsonNode data,
        Sentence text) {

    /** Type of a test delivery. */
    static final String TEST = "test";

    private static final Sentence TEST_TEXT = new Sentence("这是一次测试", "This is a test");

    /** The account and the subjects of an event; null if it has none. */
    record EventSubject(
            @Nullable String accountId,
            @Nullable String rolloutId,
            @Nullable String buildId,
            @Nullable String mac) {}

    static EventView of(Event event) {
        return new EventView(
                Long.toString(event.id()),
                event.type().wire(),
                Instant.ofEpochMilli(event.at()),
                new EventSubject(
                        orNull(event.accountId()),
                        orNull(event.rolloutId()),
                        orNull(event.buildId()),
                        orNull(event.mac())),
                json(event.data()),
                new Sentence(event.type().zh(), event.type().en()));
    }

    /** A test event, with all fields. */
    static EventView test(long id, long at, String accountId) {
        return new EventView(
                Long.toString(id),
                TEST,
                Instant.ofEpochMilli(at),
                new EventSubject(accountId, null, null, null),
                Json.object(),
                TEST_TEXT);
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    // Rows of older servers also contain the rule behind a cause, which is not exposed.
    private static JsonNode json(String text) {
        JsonNode data = Json.read(text);
        return data instanceof ObjectNode object ? object.without("rule") : data;
    }
}
