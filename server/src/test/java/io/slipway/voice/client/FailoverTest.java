package io.slipway.voice.client;

import static io.slipway.voice.client.ProviderServer.events;
import static io.slipway.voice.client.ProviderServer.finish;
import static io.slipway.voice.client.ProviderServer.status;
import static io.slipway.voice.client.ProviderServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.stream.ScriptedServer.Script;
import io.slipway.session.Await;
import io.slipway.voice.client.ModelMessage.UserText;
import io.slipway.voice.client.ModelPart.TextPiece;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailoverTest {

    private static final Script GOOD = events(text("ok"), finish("stop"), "[DONE]");
    private static final Script BUSY = status(429, "{}", "Retry-After: 1");

    private final StepFixture steps = new StepFixture();
    private final List<VoiceFailure> failures = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        steps.close();
    }

    private RunningStep start(CollectedStep<ModelPart> answer, ProviderServer... servers)
            throws Exception {
        var providers = new ArrayList<Failover.Starter<ModelPart>>();
        for (ProviderServer each : servers) {
            var model = new LanguageModel(steps.client, each.provider(), StepFixture.PATIENT);
            providers.add(listener ->
                    model.answer(steps.loop, List.of(new UserText("?")), List.of(), listener));
        }
        return steps.on(() -> Failover.start(steps.loop, providers, failures::add, answer));
    }

    private List<VoiceFault> faults() {
        return failures.stream().map(VoiceFailure::fault).toList();
    }

    @Test
    void theOnlyProviderIsAskedAgainWhenItSays() throws Exception {
        try (var server = new ProviderServer(BUSY, GOOD)) {
            long began = System.nanoTime();
            var answer = new CollectedStep<ModelPart>();
            start(answer, server);
            assertThat(answer.awaitDone()).contains(new TextPiece("ok"));
            assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofMillis(990).toNanos());
            assertThat(faults()).containsExactly(VoiceFault.RATE_LIMITED);
            assertThat(failures.getFirst().retryAfter()).isEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void retriesAreBounded() throws Exception {
        try (var server = new ProviderServer(status(503, "{}"))) {
            var answer = new CollectedStep<ModelPart>();
            start(answer, server);
            assertThat(answer.awaitFailure().fault()).isEqualTo(VoiceFault.OVERLOADED);
            assertThat(server.requests()).hasSize(3);
            assertThat(failures).hasSize(3);
        }
        // Longer than anybody waits, and what no retry changes.
        for (Script once :
                List.of(status(429, "{}", "Retry-After: 60"), status(401, "{}"), events("?"))) {
            try (var server = new ProviderServer(once)) {
                var answer = new CollectedStep<ModelPart>();
                start(answer, server);
                answer.awaitFailure();
                assertThat(server.requests()).hasSize(1);
            }
        }
    }

    @Test
    void theSecondProviderIsAskedAtOnce() throws Exception {
        for (Script bad : List.of(BUSY, status(401, "{}"), events("?"))) {
            failures.clear();
            try (var first = new ProviderServer(bad);
                    var second = new ProviderServer(GOOD)) {
                var answer = new CollectedStep<ModelPart>();
                start(answer, first, second);
                assertThat(answer.awaitDone()).contains(new TextPiece("ok"));
                assertThat(first.requests()).hasSize(1);
                assertThat(failures).hasSize(1);
            }
        }
        try (var first = new ProviderServer(status(500, "{}"));
                var second = new ProviderServer(status(401, "{}"))) {
            var answer = new CollectedStep<ModelPart>();
            start(answer, first, second);
            assertThat(answer.awaitFailure().fault()).isEqualTo(VoiceFault.REFUSED_KEY);
        }
    }

    @Test
    void nothingIsSaidTwice() throws Exception {
        try (var first =
                        new ProviderServer((request, wire) -> {
                            ProviderServer.begin(wire);
                            wire.chunk("data: " + text("half") + "\n\n");
                            wire.cut();
                        });
                var second = new ProviderServer(GOOD)) {
            var answer = new CollectedStep<ModelPart>();
            start(answer, first, second);
            assertThat(answer.awaitFailure().fault()).isEqualTo(VoiceFault.CUT_OFF);
            assertThat(answer.parts()).containsExactly(new TextPiece("half"));
            assertThat(second.requests()).isEmpty();
        }
    }

    /** Servers close kept connections at any time, also when the next request is on its way. */
    @Test
    void aKeptConnectionThatEndsIsNoFailure() throws Exception {
        try (var server = new ProviderServer(GOOD, (request, wire) -> wire.cut(), GOOD)) {
            for (int i = 0; i < 2; i++) {
                var answer = new CollectedStep<ModelPart>();
                start(answer, server);
                assertThat(answer.awaitDone()).contains(new TextPiece("ok"));
            }
            assertThat(failures).isEmpty();
            assertThat(server.requests()).hasSize(3);
        }
        // But a server that always does it has failed.
        try (var server = new ProviderServer((request, wire) -> wire.cut())) {
            var answer = new CollectedStep<ModelPart>();
            start(answer, server);
            assertThat(answer.awaitFailure().fault()).isEqualTo(VoiceFault.CUT_OFF);
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void cancelAlsoEndsTheWaiting() throws Exception {
        try (var server = new ProviderServer(BUSY, GOOD)) {
            var answer = new CollectedStep<ModelPart>();
            RunningStep step = start(answer, server);
            Await.until(() -> !failures.isEmpty());
            steps.run(step::cancel);
            // A timer that is later than the one that was cancelled.
            var later = new CollectedStep<ModelPart>();
            steps.run(() -> steps.loop.after(Duration.ofMillis(1_300), later::done));
            later.awaitDone();
            assertThat(server.requests()).hasSize(1);
            assertThat(answer.over()).isFalse();
        }
    }
}
