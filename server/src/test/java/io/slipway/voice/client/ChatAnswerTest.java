package io.slipway.voice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChatAnswerTest {

    /** The calls in an answer of these chunks, as {@code name(arguments)}. */
    private static List<String> calls(String... toolCalls) throws UnusableAnswer {
        var answer = new ChatAnswer();
        for (String each : toolCalls) {
            answer.read("{\"choices\":[{\"delta\":{\"tool_calls\":" + each + "}}]}");
        }
        return answer.end(true).stream()
                .filter(ModelPart.WantedCall.class::isInstance)
                .map(part -> ((ModelPart.WantedCall) part).call())
                .map(call -> call.name() + "(" + call.arguments() + ")")
                .toList();
    }

    private static String piece(String name, String arguments) {
        return "{\"function\":{\"name\":\"%s\",\"arguments\":\"%s\"}}".formatted(name, arguments);
    }

    @Test
    void callsWithoutIndexAndIdAreNotJoined() throws Exception {
        String both = "[" + piece("a", "{}") + "," + piece("b", "{}") + "]";
        assertThat(calls(both)).containsExactly("a({})", "b({})");
        assertThat(calls("[" + piece("a", "{}") + "]", "[" + piece("b", "{}") + "]"))
                .containsExactly("a({})", "b({})");
        assertThat(calls("[" + piece("a", "{") + "]", "[" + piece("", "}") + "]"))
                .containsExactly("a({})");
        assertThat(calls("[" + piece("a", "{") + "]", "[" + piece("a", "}") + "]"))
                .containsExactly("a({})");
    }

    @Test
    void namesAndIdsHaveALimit() {
        String name = "n".repeat(ChatAnswer.MAX_NAME + 1);
        assertThatThrownBy(() -> calls("[" + piece(name, "{}") + "]"))
                .isInstanceOf(UnusableAnswer.class);
        String id = "[{\"id\":\"" + name + "\",\"function\":{\"name\":\"a\"}}]";
        assertThatThrownBy(() -> calls(id)).isInstanceOf(UnusableAnswer.class);
    }
}
