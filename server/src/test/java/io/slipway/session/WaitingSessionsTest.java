package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingSessionsTest {

    private int most = 3;
    private final WaitingSessions<String> waiting = new WaitingSessions<>(() -> most);

    @Test
    void whoHoldsMostLosesTheOldest() {
        assertThat(waiting.enter("192.0.2.1", "victim")).isNull();
        // Two networks of one customer.
        assertThat(waiting.enter("2001:db8:0:1::1", "greedy1")).isNull();
        assertThat(waiting.enter("2001:db8:0:2::1", "greedy2")).isNull();
        assertThat(waiting.enter("192.0.2.2", "other")).isEqualTo("greedy1");
        assertThat(waiting.enter("2001:db8:0:3::1", "greedy3")).isEqualTo("greedy2");
    }

    @Test
    void whoeverHasLeftMakesRoom() {
        for (String each : new String[] {"a", "b", "c"}) {
            assertThat(waiting.enter("192.0.2.1", each)).isNull();
        }
        waiting.leave("192.0.2.1", "b");
        waiting.leave("192.0.2.1", "b");
        assertThat(waiting.enter("192.0.2.1", "d")).isNull();
        assertThat(waiting.enter("192.0.2.1", "e")).isEqualTo("a");
        // It ends, having been dropped before.
        waiting.leave("192.0.2.1", "a");
        assertThat(waiting.enter("192.0.2.1", "f")).isEqualTo("c");
    }

    @Test
    void theLimitMayChange() {
        assertThat(waiting.enter("192.0.2.1", "a")).isNull();
        most = 1;
        assertThat(waiting.enter("192.0.2.2", "b")).isEqualTo("a");
        most = 2;
        assertThat(waiting.enter("192.0.2.3", "c")).isNull();
    }
}
