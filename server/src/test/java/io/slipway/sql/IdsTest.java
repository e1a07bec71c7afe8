package io.slipway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class IdsTest {

    /** A board without a battery starts in 1970, each time. */
    @Test
    void aClockThatIsNotSetMakesNoIdTwice() {
        var seen = new HashSet<Long>();
        long earliest = new Ids(() -> Instant.parse("2026-01-01T00:00:00Z")).next();
        for (int start = 0; start < 200; start++) {
            var ids = new Ids(() -> Instant.ofEpochMilli(60_000));
            long before = 0;
            for (int i = 0; i < 50; i++) {
                long id = ids.next();
                assertThat(id).isBetween(before + 1, earliest);
                assertThat(seen.add(id)).isTrue();
                before = id;
            }
        }
    }

    @Test
    void aClockThatIsSetBackMakesNoLesserId() {
        long[] now = {1_790_000_000_000L};
        var ids = new Ids(() -> Instant.ofEpochMilli(now[0]));
        long before = 0;
        for (int i = 0; i < 1_000; i++) {
            now[0] += i % 3 == 0 ? -86_400_000L : 1_000;
            long id = ids.next();
            assertThat(id).isGreaterThan(before);
            before = id;
        }
    }
}
