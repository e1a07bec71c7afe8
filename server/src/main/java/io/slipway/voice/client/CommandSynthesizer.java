package io.slipway.voice.client;

import io.slipway.http.EventLoop;
import io.slipway.sound.Recording;
import io.slipway.text.Printable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Synthesis by a program on this machine, such as espeak-ng or piper: it gets the text on its
 * standard input, one line in UTF-8, and writes a WAV file to its standard output. No shell is
 * involved, and of this process's environment, which may contain secrets, the program gets only
 * what programs need to run. It must not leave processes behind.
 */
public final class CommandSynthesizer implements Synthesizer, AutoCloseable {

    /** In an argument, stands for the voice. */
    public static final String VOICE = "{voice}";

    /** From the beginning, or the last pause, to the end; waiting for others is included. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Bytes of a WAV file: six minutes at 22,050 samples a second. */
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    /** Sentences that may wait for each program that runs. */
    private static final int WAITING = 8;

    // An owner chooses the voice: neither an option nor a path to elsewhere.
    private static final Pattern VOICE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}");

    static final Set<String> ENVIRONMENT =
            Set.of("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TMPDIR");

    private final List<String> command;
    private final Duration limit;
    private final int mostBytes;
    // Reading from a pipe would block a virtual thread's carrier.
    private final ThreadPoolExecutor threads;
    private final Set<CommandRun> running = ConcurrentHashMap.newKeySet();

    /**
     * @param command a program and its arguments, chosen by whoever runs this server
     */
    public CommandSynthesizer(List<String> command) {
        this(command, LIMIT, MOST_BYTES, 2 * Runtime.getRuntime().availableProcessors());
    }

    CommandSynthesizer(List<String> command, Duration limit, int mostBytes, int atOnce) {
        this.command = List.copyOf(command);
        this.limit = limit;
        this.mostBytes = mostBytes;
        this.threads =
                new ThreadPoolExecutor(
                        atOnce,
                        atOnce,
                        30,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(WAITING * atOnce),
                        Thread.ofPlatform().name("speech-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public RunningStep speak(
            EventLoop loop, String text, String voice, StepListener<Recording> listener) {
        Synthesizer.require(text);
        String line = Printable.spaced(text).strip() + "\n";
        List<String> arguments = command.stream().map(each -> each.replace(VOICE, voice)).toList();
        var run = new CommandRun(loop, listener, command.getFirst(), limit, mostBytes);
        boolean chosen = command.stream().anyMatch(each -> each.contains(VOICE));
        if (chosen && !VOICE_NAME.matcher(voice).matches()) {
            loop.execute(() -> run.fail(VoiceFault.REFUSED_REQUEST, "no voice has this name"));
            return run;
        }
        run.limit();
        running.add(run);
        try {
            threads.execute(() -> {
                try {
                    run.run(arguments, line);
                } finally {
                    running.remove(run);
                }
            });
        } catch (RejectedExecutionException e) {
            running.remove(run);
            loop.execute(() -> run.fail(VoiceFault.OVERLOADED, "too many sentences wait for it"));
        }
        return run;
    }

    /** Ends all programs that run. */
    @Override
    public void close() {
        threads.shutdownNow();
        running.forEach(CommandRun::kill);
    }
}
