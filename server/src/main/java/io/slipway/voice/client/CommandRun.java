package io.slipway.voice.client;

import io.slipway.http.EventLoop;
import io.slipway.sound.Recording;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program that speaks a sentence. The program is read by a thread of its own; the rest
 * lives on the event loop.
 */
final class CommandRun implements RunningStep {

    private static final int PIECE = 8 * 1024;

    /** Pieces that may wait on the event loop. */
    private static final int AHEAD = 8;

    private final EventLoop loop;
    private final StepListener<Recording> listener;
    private final String name;
    private final Duration limit;
    private final int mostBytes;
    private final Semaphore room = new Semaphore(AHEAD);

    // The reading thread's, and of whoever ends it.
    private volatile @Nullable Process process;
    private volatile boolean killed;

    // The event loop's.
    private final SoundReader reader = new SoundReader(0);
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private long timer = -1;
    private long bytes;
    private boolean paused;
    private boolean over;

    CommandRun(
            EventLoop loop,
            StepListener<Recording> listener,
            String program,
            Duration limit,
            int mostBytes) {
        this.loop = loop;
        this.listener = listener;
        this.name = String.valueOf(Path.of(program).getFileName());
        this.limit = limit;
        this.mostBytes = mostBytes;
    }

    void limit() {
        timer =
                loop.after(
                        limit,
                        () -> {
                            if (paused) {
                                limit();
                            } else {
                                fail(VoiceFault.SILENT, "more than " + limit.toMillis() + " ms");
                            }
                        });
    }

    // ------------------------------------------------------------ the reading thread

    /** Runs the program to its end. */
    void run(List<String> arguments, String line) {
        if (killed) {
            return;
        }
        try {
            var builder =
                    new ProcessBuilder(arguments).redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().keySet().retainAll(CommandSynthesizer.ENVIRONMENT);
            Process started = builder.start();
            process = started;
            if (killed) {
                kill();
            }
            write(started, line);
            read(started.getInputStream());
            int exit = started.waitFor();
            onLoop(() -> exited(exit));
        } catch (IOException e) {
            onLoop(() -> fail(VoiceFault.UNREACHABLE, "the program can't be run"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill();
            onLoop(() -> fail(VoiceFault.CUT_OFF, "this server stops"));
        }
    }

    // Shorter than any pipe: never waits for the program.
    private static void write(Process started, String line) {
        try (OutputStream out = started.getOutputStream()) {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException unread) {
            // Its output and exit code tell what is wrong.
        }
    }

    private void read(InputStream in) throws InterruptedException {
        byte[] buffer = new byte[PIECE];
        try (in) {
            while (true) {
                room.acquire();
                int length = in.read(buffer);
                if (length < 0) {
                    return;
                }
                byte[] piece = Arrays.copyOf(buffer, length);
                onLoop(() -> arrived(piece));
            }
        } catch (IOException ended) {
            // Killed.
        }
    }

    private void onLoop(Runnable work) {
        loop.execute(() -> {
            if (paused && !over) {
                held.add(work);
            } else {
                work.run();
            }
        });
    }

    /** Ends the program and those that it has started; from any thread, does not block. */
    void kill() {
        killed = true;
        // Wakes the reading thread, should it wait for room.
        room.release(AHEAD);
        Process started = process;
        if (started != null) {
            var _ =
                    Thread.ofVirtual()
                            .start(() -> {
                                List<ProcessHandle> children = started.descendants().toList();
                                started.destroyForcibly();
                                children.forEach(ProcessHandle::destroyForcibly);
                            });
        }
    }

    // ------------------------------------------------------------ the event loop

    private void arrived(byte[] piece) {
        room.release();
        if (over) {
            return;
        }
        bytes += piece.length;
        if (bytes > mostBytes) {
            fail(VoiceFault.TOO_LARGE, "more than " + mostBytes + " bytes");
            return;
        }
        try {
            reader.read(piece).ifPresent(listener::received);
        } catch (UnusableAnswer e) {
            fail(e.fault(), e.detail());
        }
    }

    private void exited(int code) {
        if (over) {
            return;
        }
        if (code != 0) {
            boolean midway = bytes > 0;
            fail(midway ? VoiceFault.CUT_OFF : VoiceFault.OVERLOADED, "exit code " + code);
            return;
        }
        try {
            reader.end();
        } catch (UnusableAnswer e) {
            fail(e.fault(), e.detail());
            return;
        }
        over = true;
        loop.cancel(timer);
        listener.done();
    }

    void fail(VoiceFault fault, String detail) {
        if (!over) {
            cancel();
            listener.failed(VoiceFailure.of(fault, name, detail));
        }
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            loop.cancel(timer);
            held.clear();
            kill();
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused && !over && timer >= 0) {
            loop.cancel(timer);
            limit();
        }
        paused = false;
        while (!paused && !held.isEmpty()) {
            held.remove().run();
        }
    }
}
