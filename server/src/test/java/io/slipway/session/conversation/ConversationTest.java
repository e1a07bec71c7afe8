package io.slipway.session.conversation;

import io.slipway.Effort;
import io.slipway.Waits;
import io.slipway.session.conversation.Script.Deed;
import io.slipway.session.conversation.Script.Round;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random conversations: a town of devices does hundreds of things, on a real server, and a mirror
 * of it says after each what must have come of it. A failure names its seed; {@code
 * -Dconversation.seed=7} runs that one again, {@code -Dconversation.seeds=20} runs twenty, and
 * {@code -Dconversation.engine=POSTGRES} on that engine.
 */
class ConversationTest {

    private static final int STEPS =
            Integer.getInteger("conversation.steps", Effort.of(300, 1_000));

    @TempDir private Path folder;

    private static LongStream seeds() {
        Long one = Long.getLong("conversation.seed");
        return one == null
                ? LongStream.rangeClosed(1, Long.getLong("conversation.seeds", 2))
                : LongStream.of(one);
    }

    private static TestEngine engine(long seed) {
        String named = System.getProperty("conversation.engine", "");
        TestEngine usual = seed % 2 == 0 ? TestEngine.SQLITE : TestEngine.POSTGRES;
        return named.isEmpty() ? usual : TestEngine.valueOf(named);
    }

    @ParameterizedTest
    @Waits
    @MethodSource("seeds")
    void manySteps(long seed) throws Exception {
        TestEngine engine = engine(seed);
        try (var faults = new Faults()) {
            talk(seed, engine);
            // Nor does the end of it lead to one.
            faults.check();
        }
    }

    private void talk(long seed, TestEngine engine) throws InterruptedException {
        try (var town = new Town(engine, folder)) {
            var fate = new Fate(town);
            Script script = Script.of(seed, STEPS, town.pairs());
            int round = 0;
            try {
                begin(town);
                for (Round next : script.rounds()) {
                    round++;
                    next.happenings().forEach(fate::strike);
                    perform(town, next);
                    town.check();
                }
                new Evening(town).come();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed %d on %s, round %d of %d: %s%n  %s"
                                .formatted(
                                        seed,
                                        engine,
                                        round,
                                        script.rounds().size(),
                                        e.getMessage(),
                                        fate),
                        e);
            }
        }
    }

    // Most people have bound their devices when the day begins.
    private static void begin(Town town) {
        var random = new Random(0);
        for (House house : town.houses) {
            house.pairs.forEach(Handset::boot);
            house.bind(house.pairs.getFirst(), random);
        }
    }

    /** All houses at once, each in its own order. */
    private static void perform(Town town, Round round) throws InterruptedException {
        var running = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < round.deeds().size(); i++) {
                House house = town.houses.get(i);
                List<Deed> deeds = round.deeds().get(i);
                if (!deeds.isEmpty()) {
                    running.add(threads.submit(() -> perform(house, deeds)));
                }
            }
        }
        for (Future<?> future : running) {
            try {
                future.get();
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause().getMessage(), e.getCause());
            }
        }
    }

    private static void perform(House house, List<Deed> deeds) {
        try {
            deeds.forEach(house::perform);
            house.settle(new Random(deeds.getLast().salt()));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(e.getMessage() + "\n" + house, e);
        }
    }
}
