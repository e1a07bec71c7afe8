package io.slipway.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ListenersTest {

    private final Listeners<Consumer<String>> listeners = new Listeners<>("a test");
    private final List<String> heard = new ArrayList<>();

    private void add(String name) {
        listeners.add(news -> heard.add(name + " " + news));
    }

    private void addFailing(String why) {
        listeners.add(news -> {
            throw new IllegalStateException(why);
        });
    }

    @Test
    void twoListenersBothHearInTheirOrder() {
        assertThat(listeners.isEmpty()).isTrue();
        add("one");
        add("two");
        assertThat(listeners.isEmpty()).isFalse();
        assertThat(listeners.tell(listener -> listener.accept("a"))).isTrue();
        listeners.tellOrThrow(listener -> listener.accept("b"));
        assertThat(heard).containsExactly("one a", "two a", "one b", "two b");
    }

    @Test
    void aFailingListenerDoesNotAffectOthers() {
        add("one");
        addFailing("first");
        addFailing("second");
        add("two");
        assertThat(listeners.tell(listener -> listener.accept("a"))).isFalse();
        assertThatThrownBy(() -> listeners.tellOrThrow(listener -> listener.accept("b")))
                .hasMessage("first")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(heard).containsExactly("one a", "two a", "one b", "two b");
    }

    @Test
    void aListenerAddedMeanwhileIsCalledFromTheNextTimeOn() {
        listeners.add(news -> add("late"));
        listeners.tell(listener -> listener.accept("a"));
        assertThat(heard).isEmpty();
        listeners.tell(listener -> listener.accept("b"));
        assertThat(heard).containsExactly("late b");
    }
}
