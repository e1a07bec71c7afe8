package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldOrderTest {

    private static final List<String> KEPT =
            List.of("op : a b now", "op .now: code zh", "op .now: code why zh", "op .now.why: x");

    private static List<String> departures(String answer) {
        var order = new FieldOrder();
        order.add("op", Json.read(answer));
        return order.departures(KEPT);
    }

    @Test
    void whichFormOccurredDoesNotMatter() {
        assertThat(departures("{\"a\":1,\"b\":2,\"now\":{\"code\":1,\"zh\":2}}")).isEmpty();
        assertThat(departures("{\"a\":1,\"b\":2,\"now\":{\"code\":1,\"why\":{\"x\":1},\"zh\":2}}"))
                .isEmpty();
    }

    @Test
    void anotherOrderOrAnotherFieldDoes() {
        assertThat(departures("{\"b\":1,\"a\":2,\"now\":{\"code\":1,\"zh\":2}}"))
                .containsExactly("op : b a now");
        assertThat(departures("{\"a\":1,\"b\":2,\"now\":{\"zh\":1,\"code\":2}}"))
                .containsExactly("op .now: zh code");
        assertThat(departures("{\"a\":1,\"b\":2,\"c\":3,\"now\":{\"code\":1,\"zh\":2}}"))
                .containsExactly("op : a b c now");
        assertThat(departures("{\"a\":1,\"b\":2,\"now\":{\"zh\":2}}"))
                .containsExactly("op .now: zh");
        assertThat(departures("{\"a\":1,\"b\":2,\"now\":3}")).containsExactly("gone: op .now");
        assertThat(departures("{\"a\":1,\"b\":2,\"now\":{\"code\":{\"y\":1},\"zh\":2}}"))
                .containsExactly("op .now.code: y");
    }
}
