package io.slipway.rollout.rules.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutagesTest {

    @Test
    void timeInOutagesDoesNotCount() {
        var random = new Random(4);
        for (int run = 0; run < 3000; run++) {
            var spans = new ArrayList<Outages.Span>();
            var down = new boolean[200];
            for (int i = random.nextInt(5); i > 0; i--) {
                int from = random.nextInt(150);
                int to = from + 1 + random.nextInt(40);
                spans.add(new Outages.Span(from, to));
                java.util.Arrays.fill(down, from, to, true);
            }
            var outages = new Outages(spans);
            int from = random.nextInt(60);
            int wait = 1 + random.nextInt(30);
            int due = from;
            for (int left = wait; left > 0; due++) {
                if (due >= down.length || !down[due]) {
                    left--;
                }
            }
            // At the end of an outage, or at once when none is there: the same moment of time up.
            long found = outages.after(from, Duration.ofMillis(wait));
            while (due < down.length && down[due]) {
                due++;
            }
            assertThat(found).isEqualTo(due);
            int until = from + random.nextInt(30);
            boolean touched = false;
            for (int t = from; t <= until; t++) {
                touched |= t < down.length && down[t];
            }
            assertThat(outages.touch(from, until)).isEqualTo(touched);
        }
    }

    @Test
    void anOutageThatLastsHasNoEnd() {
        var open = new Outages(List.of(new Outages.Span(100, Long.MAX_VALUE)));
        assertThat(open.after(50, Duration.ofMillis(49))).isEqualTo(99);
        assertThat(open.after(50, Duration.ofMillis(50))).isEqualTo(Long.MAX_VALUE);
        assertThat(open.touch(Long.MAX_VALUE - 1, Long.MAX_VALUE - 1)).isTrue();
    }

    @Test
    void spansThatOverlapAreOne() {
        var outages =
                new Outages(
                        List.of(
                                new Outages.Span(50, 60),
                                new Outages.Span(10, 20),
                                new Outages.Span(20, 30),
                                new Outages.Span(55, 70)));
        assertThat(outages.spans())
                .containsExactly(new Outages.Span(10, 30), new Outages.Span(50, 70));
    }
}
