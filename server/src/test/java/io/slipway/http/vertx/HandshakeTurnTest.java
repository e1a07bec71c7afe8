package io.slipway.http.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakeTurnTest {

    private final List<Runnable> queue = new ArrayList<>();
    private final List<String> computed = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final HandshakeTurn turn = new HandshakeTurn(channel, queue::add);

    private void computeAll() {
        queue.forEach(Runnable::run);
        queue.clear();
    }

    @Test
    void partsAreComputedInTheQueueOfAll() {
        assertThat(turn.busy()).isFalse();
        turn.execute(() -> computed.add("first " + turn.busy()));
        assertThat(turn.busy()).isTrue();
        assertThat(computed).isEmpty();
        computeAll();
        assertThat(turn.busy()).isFalse();
        turn.execute(() -> computed.add("second"));
        computeAll();
        assertThat(computed).containsExactly("first true", "second");
    }

    @Test
    void nothingIsComputedForWhoHasLeft() {
        turn.execute(() -> computed.add("in vain"));
        channel.close().syncUninterruptibly();
        assertThat(turn.busy()).isFalse();
        computeAll();
        turn.execute(() -> computed.add("late"));
        assertThat(queue).isEmpty();
        assertThat(computed).isEmpty();
    }

    @Test
    void aPartThatFailsIsOver() {
        turn.execute(() -> {
            throw new IllegalStateException("no key");
        });
        assertThat(queue).hasSize(1);
        assertThatThrownBy(() -> queue.getFirst().run()).hasMessage("no key");
        assertThat(turn.busy()).isFalse();
    }
}
