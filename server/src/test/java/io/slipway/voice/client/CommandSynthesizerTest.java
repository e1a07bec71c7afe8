package io.slipway.voice.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.session.Await;
import io.slipway.sound.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandSynthesizerTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final short[] SAMPLES = TestSound.samples(40_000, 2);

    @TempDir Path folder;
    private final StepFixture steps = new StepFixture();

    @AfterEach
    void close() throws Exception {
        steps.close();
        // Whatever a test did, no program is left.
        Await.until(() -> ProcessHandle.current().descendants().noneMatch(this::ours));
    }

    private boolean ours(ProcessHandle process) {
        return process.info()
                .arguments()
                .map(all -> Arrays.toString(all).contains(folder.toString()))
                .orElse(false);
    }

    /** A shell script as the program, with the folder and then the voice as its arguments. */
    private List<String> script(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("speak.sh"), text);
        return List.of("/bin/sh", file.toString(), folder.toString(), CommandSynthesizer.VOICE);
    }

    private RunningStep speak(
            CommandSynthesizer synthesizer, String text, CollectedStep<Recording> sound)
            throws Exception {
        return steps.on(() -> synthesizer.speak(steps.loop, text, "en-us", sound));
    }

    private VoiceFailure failure(String text) throws Exception {
        return failure(script(text), LONG, 1_000_000);
    }

    private VoiceFailure failure(List<String> command, Duration limit, int bytes) throws Exception {
        try (var synthesizer = new CommandSynthesizer(command, limit, bytes, 2)) {
            var sound = new CollectedStep<Recording>();
            speak(synthesizer, "x", sound);
            return sound.awaitFailure();
        }
    }

    @Test
    void theTextGoesInAndTheSoundComesOut() throws Exception {
        Files.write(folder.resolve("sound.wav"), TestSound.wave(SAMPLES, 22_050, 1, -1, -1));
        String text = "cat > \"$1/text\"; echo \"$2\" > \"$1/voice\"; env > \"$1/env\"\n";
        try (var synthesizer = new CommandSynthesizer(script(text + "cat \"$1/sound.wav\""))) {
            var sound = new CollectedStep<Recording>();
            speak(synthesizer, " -v 你好。\r\nSecond line; $(id) ", sound);
            assertThat(TestSound.joined(sound.awaitDone())).isEqualTo(SAMPLES);
            assertThat(sound.parts()).allMatch(part -> part.rate() == 22_050);
            assertThat(folder.resolve("text")).hasContent("-v 你好。 Second line; $(id)\n");
            assertThat(folder.resolve("voice")).hasContent("en-us\n");
            var names = new HashSet<String>();
            Files.readAllLines(folder.resolve("env"), UTF_8)
                    .forEach(line -> names.add(line.replaceAll("=.*", "")));
            names.removeAll(Set.of("PWD", "OLDPWD", "SHLVL", "_"));
            assertThat(CommandSynthesizer.ENVIRONMENT).containsAll(names);
        }
    }

    @Test
    void voicesAreNamesAndNothingElse() throws Exception {
        try (var synthesizer = new CommandSynthesizer(script("exit 1"))) {
            for (String voice : List.of("", "-f/etc/passwd", "../x", "a b", "a/b", "$(id)")) {
                var sound = new CollectedStep<Recording>();
                steps.on(() -> synthesizer.speak(steps.loop, "x", voice, sound));
                assertThat(sound.awaitFailure().fault()).isEqualTo(VoiceFault.REFUSED_REQUEST);
            }
        }
    }

    @Test
    void failuresAreToldApart() throws Exception {
        VoiceFailure wrong = failure("exit 3");
        assertThat(wrong.fault()).isEqualTo(VoiceFault.OVERLOADED);
        assertThat(wrong.detail()).isEqualTo("exit code 3");
        assertThat(wrong.provider()).isEqualTo("sh");
        assertThat(failure(List.of("/no/such/program"), LONG, 1_000).fault())
                .isEqualTo(VoiceFault.UNREACHABLE);
        assertThat(failure("echo no sound").fault()).isEqualTo(VoiceFault.UNREADABLE);
        assertThat(failure("true").fault()).isEqualTo(VoiceFault.UNREADABLE);
        Files.write(folder.resolve("sound.wav"), TestSound.wave(SAMPLES, 22_050));
        assertThat(failure("cat \"$1/sound.wav\"; exit 1").fault()).isEqualTo(VoiceFault.CUT_OFF);
        assertThat(failure("cat \"$1/sound.wav\" /dev/zero").fault())
                .isEqualTo(VoiceFault.TOO_LARGE);
        assertThat(failure(script("sleep 1000"), Duration.ofMillis(300), 1_000).fault())
                .isEqualTo(VoiceFault.SILENT);
    }

    @Test
    void cancelKillsTheProgramAndItsChildren() throws Exception {
        Path pid = folder.resolve("pid");
        try (var synthesizer =
                new CommandSynthesizer(
                        script(
                                "sleep 1000 & echo $! > \"$1/tmp\"; mv \"$1/tmp\" \"$1/pid\";"
                                        + " wait"))) {
            var sound = new CollectedStep<Recording>();
            RunningStep step = speak(synthesizer, "x", sound);
            Await.until(() -> Files.exists(pid));
            long child = Long.parseLong(Files.readString(pid).strip());
            assertThat(ProcessHandle.of(child)).isPresent();
            steps.run(step::cancel);
            Await.until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
            assertThat(sound.over()).isFalse();
        }
    }

    @Test
    void closeKillsWhatRuns() throws Exception {
        Path mark = folder.resolve("mark");
        var synthesizer = new CommandSynthesizer(script("touch \"$1/mark\"; exec sleep 1000"));
        var sound = new CollectedStep<Recording>();
        speak(synthesizer, "x", sound);
        Await.until(() -> Files.exists(mark));
        synthesizer.close();
        sound.awaitFailure();
    }

    /** A paused program waits for its pipe. */
    @Test
    void pauseHoldsTheProgramBack() throws Exception {
        int size = 4_000_000;
        Files.write(folder.resolve("sound.wav"), TestSound.wave(new short[size / 2], 16_000));
        List<String> command = script("cat \"$1/sound.wav\"; touch \"$1/done\"");
        try (var synthesizer =
                new CommandSynthesizer(command, Duration.ofMillis(1_500), 2 * size, 1)) {
            var step = new CompletableFuture<RunningStep>();
            var holding = new AtomicBoolean(true);
            var sound =
                    new CollectedStep<Recording>(part -> {
                        if (holding.get()) {
                            step.join().pause();
                        }
                    });
            steps.run(() -> step.complete(synthesizer.speak(steps.loop, "x", "en-us", sound)));
            sound.awaitPart();
            // Longer than the limit, which does not count pauses.
            var later = new CollectedStep<Recording>();
            steps.run(() -> steps.loop.after(Duration.ofMillis(2_500), later::done));
            later.awaitDone();
            assertThat(folder.resolve("done")).doesNotExist();
            assertThat(sound.over()).isFalse();
            holding.set(false);
            steps.run(step.join()::resume);
            assertThat(TestSound.joined(sound.awaitDone())).hasSize(size / 2);
        }
    }

    @Test
    void tooManyAtOnceAreRefused() throws Exception {
        try (var synthesizer = new CommandSynthesizer(script("exec sleep 1000"), LONG, 1_000, 1)) {
            for (int i = 0; i < 9; i++) {
                speak(synthesizer, "x", new CollectedStep<>());
            }
            var sound = new CollectedStep<Recording>();
            speak(synthesizer, "x", sound);
            assertThat(sound.awaitFailure().fault()).isEqualTo(VoiceFault.OVERLOADED);
        }
    }

    /** Where it is installed, the program that most people will use. */
    @Test
    void espeakSpeaks() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/espeak-ng")));
        var command = List.of("espeak-ng", "--stdin", "--stdout", "-v", CommandSynthesizer.VOICE);
        try (var synthesizer = new CommandSynthesizer(command)) {
            var sound = new CollectedStep<Recording>();
            speak(synthesizer, "Turn the volume to thirty.", sound);
            assertThat(TestSound.joined(sound.awaitDone())).hasSizeGreaterThan(10_000);
        }
    }
}
