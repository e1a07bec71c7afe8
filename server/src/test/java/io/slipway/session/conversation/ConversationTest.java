package io.slipway.session.conversation;

import io.slipway.Effort;
import io.slipway.Waits;
import io.slipway.session.conversation.Script.DeviceStep;
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
 * Random conversations: a fleet of devices does hundreds of things on a real server, and after each
 * a model determines the expected result. A failure names its seed; {@code -Dconversation.seed=7}
 * runs that one again, {@code -Dconversation.seeds=20} runs twenty, and {@code
 * -Dconversation.engine=POSTGRES} on that engine.
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
            // Nor does its end cause any.
            faults.check();
        }
    }

    private void talk(long seed, TestEngine engine) throws InterruptedException {
        try (var model = new ModelledServer(engine, folder)) {
            var serverWide = new ServerWideEvents(model);
            Script script = Script.of(seed, STEPS, model.pairs());
            int round = 0;
            try {
                begin(model);
                for (Round next : script.rounds()) {
                    round++;
                    next.serverSteps().forEach(serverWide::perform);
                    perform(model, next);
                    model.check();
                }
                new FinalChecks(model).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed %d on %s, round %d of %d: %s%n  %s"
                                .formatted(
                                        seed,
                                        engine,
                                        round,
                                        script.rounds().size(),
                                        e.getMessage(),
                                        serverWide),
                        e);
            }
        }
    }

    // Most devices are already bound at the start.
    private static void begin(ModelledServer model) {
        var random = new Random(0);
        for (ModelledMac mac : model.macs) {
            mac.pairs.forEach(ModelledDevice::boot);
            mac.bind(mac.pairs.getFirst(), random);
        }
    }

    /** All MACs concurrently, each in its own order. */
    private static void perform(ModelledServer model, Round round) throws InterruptedException {
        var running = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < round.deviceSteps().size(); i++) {
                ModelledMac mac = model.macs.get(i);
                List<DeviceStep> deviceSteps = round.deviceSteps().get(i);
                if (!deviceSteps.isEmpty()) {
                    running.add(threads.submit(() -> perform(mac, deviceSteps)));
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

    private static void perform(ModelledMac mac, List<DeviceStep> deviceSteps) {
        try {
            deviceSteps.forEach(mac::perform);
            mac.settle(new Random(deviceSteps.getLast().salt()));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(e.getMessage() + "\n" + mac, e);
        }
    }
}
