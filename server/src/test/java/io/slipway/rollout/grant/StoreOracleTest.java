package io.slipway.rollout.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Effort;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Like {@link OraclePropertyTest}, with tables, transactions and caches (update-rules 2.5). {@code
 * -Doracle.seed=N} runs one fleet alone, {@code -Doracle.store.fleets=N} this many.
 */
@ParameterizedClass
@EnumSource(TestEngine.class)
class StoreOracleTest {

    private static final int FLEETS = Effort.of(3, 8);

    private final TestEngine engine;

    StoreOracleTest(TestEngine engine) {
        this.engine = engine;
    }

    @Test
    void fleets(@TempDir Path folder) {
        Long one = Long.getLong("oracle.seed");
        long from = one == null ? 1 : one;
        long to = one == null ? Integer.getInteger("oracle.store.fleets", FLEETS) : one;
        Map<Cause, Integer> causes = new EnumMap<>(Cause.class);
        int offers = 0;
        int fast = 0;
        try (var nodes = new StoreNodes(engine, folder)) {
            for (long seed = from; seed <= to; seed++) {
                String which = "failed; run it again with -Doracle.seed=" + seed;
                try {
                    var fleet = new StoreFleet(seed, nodes, folder, engine == TestEngine.POSTGRES);
                    fleet.run(2 + fleet.world.random.nextInt(5));
                    assertThat(fleet.server.wrongs).as(which).isEmpty();
                    assertThat(fleet.ends(causes)).as(which).isEmpty();
                    offers += fleet.server.offers;
                    fast += fleet.server.fast;
                } catch (RuntimeException e) {
                    throw new AssertionError(which, e);
                }
            }
        }
        System.out.printf(
                "oracle on %s: %d fleets, %d offers, %d check-ins from memory, %s%n",
                engine, to - from + 1, offers, fast, causes);
        if (one == null) {
            assertThat(offers).isGreaterThan(Effort.of(10, 50));
            assertThat(fast).isGreaterThan(Effort.of(10, 50));
        }
    }
}
