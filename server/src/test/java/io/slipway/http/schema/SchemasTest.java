package io.slipway.http.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.Json;
import io.slipway.protocol.Mac;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The schema of a record matches what Jackson writes of it. */
class SchemasTest {

    private enum Colour {
        RED,
        GREEN
    }

    private record BoxView(
            @JsonProperty("box_id") @Shape(pattern = Shape.ID) String id,
            @Inlined Inside inside,
            @Described("颜色 · colour") @Nullable Colour colour,
            @Inlined @Nullable Label label,
            @Omitted @Nullable Instant openedAt,
            @Shape(maxItems = 3, minimum = 0, maximum = 9.5) List<BigDecimal> weights,
            @Nullable LidView lid) {}

    /** Used only by {@link BoxView}. */
    private record Inside(int count, @Omitted @Nullable String what) {}

    private record Label(String text) {}

    private record LidView(
            Mac mac, Map<String, String> notes, @Shape(tree = "object") JsonNode raw) {}

    sealed interface KeyView {}

    record BrassKeyView(@Shape(values = "BRASS") String of) implements KeyView {}

    record NoKeyView() implements KeyView {}

    private static String text(String json) {
        return Json.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)).toString();
    }

    @Test
    void fieldsLimitsAndWhatMayBeMissing() {
        ObjectNode all = Schemas.of(List.of(BoxView.class));
        assertThat(all.path("Box"))
                .hasToString(
                        text(
                                """
                                {
                                  'type': 'object',
                                  'required': ['box_id', 'count', 'colour', 'weights', 'lid'],
                                  'additionalProperties': false,
                                  'properties': {
                                    'box_id': {'type': 'string', 'pattern': '^[0-9a-f]{32}$'},
                                    'count': {'type': 'integer'},
                                    'what': {'type': 'string'},
                                    'colour': {
                                      'enum': ['RED', 'GREEN', null], 'description': '颜色 · colour'
                                    },
                                    'text': {'type': 'string'},
                                    'openedAt': {'type': 'string', 'format': 'date-time'},
                                    'weights': {
                                      'type': 'array',
                                      'items': {'type': 'number', 'minimum': 0, 'maximum': 9.5},
                                      'maxItems': 3
                                    },
                                    'lid': {
                                      'anyOf': [
                                        {'$ref': '#/components/schemas/Lid'}, {'type': 'null'}
                                      ]
                                    }
                                  }
                                }
                                """));
        assertThat(all.at("/Lid/properties"))
                .hasToString(
                        text(
                                """
                                {
                                  'mac': {'$ref': '#/components/schemas/Mac'},
                                  'notes': {
                                    'type': 'object', 'additionalProperties': {'type': 'string'}
                                  },
                                  'raw': {'type': 'object'}
                                }
                                """));
    }

    @Test
    void fieldsAreWrittenInTheSchemasOrder() {
        var lid = new LidView(new Mac(1), Map.of("a", "b"), Json.object());
        var whole =
                new BoxView(
                        "i",
                        new Inside(1, "w"),
                        Colour.RED,
                        new Label("l"),
                        Instant.EPOCH,
                        List.of(BigDecimal.ONE),
                        lid);
        var written = new ArrayList<String>();
        Json.tree(whole).fieldNames().forEachRemaining(written::add);
        var told = new ArrayList<String>();
        Schemas.of(Set.of(BoxView.class))
                .at("/Box/properties")
                .fieldNames()
                .forEachRemaining(told::add);
        assertThat(written).isEqualTo(told);
        var least = new BoxView("i", new Inside(1, null), null, null, null, List.of(), null);
        assertThat(new String(Json.write(least), StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        {"box_id":"i","count":1,"colour":null,"weights":[],"lid":null}\
                        """);
        assertThat(new String(Json.write(lid), StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        {"mac":"00:00:00:00:00:01","notes":{"a":"b"},"raw":{}}\
                        """);
    }

    @Test
    void formsAreAlternatives() {
        ObjectNode all = Schemas.of(List.of(KeyView.class));
        assertThat(all.at("/Key/oneOf").findValuesAsText("$ref"))
                .containsExactly("#/components/schemas/BrassKey", "#/components/schemas/NoKey");
        assertThat(all.at("/BrassKey/properties/of/enum")).hasToString(text("['BRASS']"));
    }

    private record Outer(Object anything) {}

    /** In the document it has the same name as {@link BoxView}. */
    private record Box(String other) {}

    @Test
    void whatCantBeSaidFails() {
        assertThatThrownBy(() -> Schemas.of(List.of(Outer.class)))
                .hasMessageContaining("has no schema");
        assertThatThrownBy(() -> Schemas.of(List.of(BoxView.class, Box.class)))
                .hasMessageContaining("both called Box");
    }
}
