package io.slipway.rollout.rules.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.rollout.json.AttemptJson;
import io.slipway.rollout.rules.attempt.Outages.Span;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutagesTest {

    private static final Duration WAIT = Duration.ofMillis(100);

    /** decisions D9: no silence, but no excuse either. */
    @Test
    void aStepOfTheClockIsNoTimeAndNoExcuse() {
        var steps = new Outages(List.of(), List.of(new Span(1_050, 9_000)));
        assertThat(steps.after(1_000, WAIT)).isEqualTo(9_050);
        assertThat(steps.after(10_000, WAIT)).isEqualTo(10_100);
        assertThat(steps.touch(1_000, 9_500)).isFalse();
        assertThat(steps.none()).isFalse();
        assertThat(steps.since(9_000).none()).isTrue();
        var lasts = new Outages(List.of(), List.of(new Span(1_050, Long.MAX_VALUE)));
        assertThat(lasts.after(1_000, WAIT)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatIsBothCountsOnce() {
        var both = new Outages(List.of(new Span(1_050, 1_080)), List.of(new Span(1_060, 1_090)));
        assertThat(both.after(1_000, WAIT)).isEqualTo(1_140);
        assertThat(both.touch(1_070, 1_070)).isTrue();
        assertThat(both.touch(1_085, 1_085)).isFalse();
    }

    @Test
    void itIsReadAsItWasStored() {
        for (Outages each :
                List.of(
                        Outages.NONE,
                        new Outages(List.of(new Span(1, 2), new Span(4, 9))),
                        new Outages(List.of(), List.of(new Span(1, Long.MAX_VALUE))),
                        new Outages(List.of(new Span(1, 2)), List.of(new Span(1, 5))))) {
            assertThat(AttemptJson.outages(AttemptJson.of(each))).isEqualTo(each);
        }
    }
}
