package io.slipway.http.file;

import io.slipway.http.file.DownloadRoute.TransferEnd;
import io.slipway.http.governor.EdgeLimits;
import io.slipway.http.vertx.AnswerChannel;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends one file from disk to the socket, in the kernel, piece by piece; its data never passes
 * through this process, except for TLS, where one small piece of it does. Sits in the channel's
 * pipeline before the framework's handler, so that it sees how the connection ends. Lives on the
 * channel's event loop.
 *
 * <p>A download is complete when the client closes normally after the last byte, or sends another
 * request: that proves that it has read everything. Until then the framework treats the response as
 * still being written, so that a shutdown waits for it, too.
 *
 * <p>The framework's own {@code sendFile} only reports that the last byte was handed to the kernel;
 * but how much of it a device received decides about its update (update-rules 2.1). Sending in
 * pieces costs nothing: 100 clients get 2.8 times of what nginx sends them (docs/figures.md,
 * Firmware downloads).
 *
 * <p>The JDK does not reveal a reset that follows a normal close, as from a client that shuts down
 * its output and then closes with bytes unread. In that case lwIP and Linux send only a reset.
 */
final class FileSending extends AnswerChannel {

    /** How much is handed to the kernel at once, before other connections get their turn. */
    private static final int PIECE = 128 * 1024;

    /** The same where this process encrypts: what the kernel does not take waits in memory. */
    private static final int ENCRYPTED_PIECE = 8 * 1024;

    /**
     * The last piece waits until the client has acknowledged nearly everything before it: that
     * costs one delayed acknowledgement, 40 ms for a computer and up to 250 ms for a device.
     */
    private static final int LAST = 16 * 1024;

    /**
     * For files, doubled by the kernel: with 200 ms of latency enough for 1 MB/s, which is more
     * than a device can write. By default the kernel takes megabytes for each slow client.
     */
    private static final int FILE_BUFFER = 128 * 1024;

    /** The kernel raises it to its minimum, which is less than one full packet of this machine. */
    private static final int LEAST_BUFFER = 1024;

    private enum SendingState {
        DECIDING,
        SENDING,
        SENT,
        OVER
    }

    private final FileServer owner;
    private final HttpServerRequest raw;

    private SendingState state = SendingState.DECIDING;
    private @Nullable FileChannel file;
    private DownloadRoute.TransferListener listener = (bytes, how, when) -> {};
    private long from;
    private long end;
    private long position;
    private long seen;
    private long moved = System.nanoTime();
    private long at;
    private boolean close;
    private boolean finished;

    /** Created as soon as the request arrives, to see what follows it. */
    FileSending(FileServer owner, HttpServerRequest raw) {
        super(raw);
        this.owner = owner;
        this.raw = raw;
        join();
    }

    /** There is nothing to send. */
    void leave() {
        state = SendingState.OVER;
        leavePipeline();
    }

    /**
     * Sends the response and then the file, which is closed in the end.
     *
     * @param head sets the response's head; returns whether the connection closes after it
     */
    void start(
            FileChannel what,
            FilePart part,
            DownloadRoute.TransferListener newListener,
            BooleanSupplier head) {
        file = what;
        listener = newListener;
        from = part.from();
        end = part.from() + part.length();
        position = from;
        state = SendingState.SENDING;
        if (!active()) {
            over(owner.draining() ? TransferEnd.CUT_BY_US : TransferEnd.CUT, null);
            return;
        }
        try {
            close |= head.getAsBoolean();
            start();
        } catch (RuntimeException e) {
            // The listener is called anyway; the framework logs the failure.
            over(TransferEnd.CUT_BY_US, null);
            cut();
            throw e;
        }
    }

    private void start() {
        sendBuffer(FILE_BUFFER);
        startTicks();
        raw.response()
                .writeHead()
                .onSuccess(written -> next())
                .onFailure(failed -> over(TransferEnd.CUT, null));
    }

    private void next() {
        FileChannel source = file;
        if (state != SendingState.SENDING || source == null) {
            return;
        }
        long left = end - position;
        if (left <= LAST) {
            // A kernel that buffers a quarter of a megabyte would report as sent what a client that
            // closes now has never seen.
            sendBuffer(LEAST_BUFFER);
        }
        int most = encrypted() ? ENCRYPTED_PIECE : PIECE;
        long length = left <= LAST ? left : Math.min(most, left - LAST);
        write(source, position, length, failure -> written(failure, length));
    }

    private void written(@Nullable Throwable failure, long length) {
        if (state != SendingState.SENDING) {
            return;
        }
        if (failure != null) {
            over(TransferEnd.CUT, failure);
            cut();
            return;
        }
        position += length;
        progress();
        if (position < end) {
            next();
        } else {
            sent();
        }
    }

    private void sent() {
        state = SendingState.SENT;
        moved = System.nanoTime();
        owner.stopped();
        sendBuffer(FILE_BUFFER);
        // The end must be noticed. The client closes first, even if it asked for the close
        // (device-contract R15).
        readOn();
    }

    // The client had its time to close first; this makes it read up to here, and then close.
    private void finish() {
        finished = true;
        close = true;
        endOutput();
    }

    private void progress() {
        long now = position - from + underWay();
        if (now > seen) {
            owner.meter.add(now - seen);
            seen = now;
            moved = System.nanoTime();
            at = owner.clock.millis();
        }
    }

    @Override
    protected void tick() {
        long now = System.nanoTime();
        switch (state) {
            case SENDING -> {
                progress();
                if (now - moved > owner.timeouts.silence().toNanos()) {
                    over(TransferEnd.CUT, null);
                    cutAndFree();
                }
            }
            case SENT -> {
                if (now - moved > owner.timeouts.linger().toNanos()) {
                    // It may have everything and be idle, or have lost power: the JDK does not
                    // report what was acknowledged, and a TCP acknowledgement would not prove that
                    // it was read. A wrong CUT costs another download, a wrong COMPLETE blames the
                    // build for a boot that never happened.
                    over(TransferEnd.CUT, null);
                    cut();
                } else if (!finished
                        && owner.draining()
                        && now - moved > EdgeLimits.LINGER.toNanos()) {
                    finish();
                }
            }
            case DECIDING, OVER -> {}
        }
    }

    @Override
    protected boolean came(boolean request) {
        if (request && state != SendingState.SENT) {
            // The next request was sent before this one was read: it proves nothing, so only the
            // close counts.
            close = true;
        }
        if (state == SendingState.SENT && close) {
            return false;
        }
        if (request && state == SendingState.SENT) {
            over(TransferEnd.COMPLETE, null);
            raw.response().end();
        }
        return true;
    }

    @Override
    protected void ended() {
        over(state == SendingState.SENT ? TransferEnd.COMPLETE : TransferEnd.CUT, null);
    }

    @Override
    protected void reset() {
        over(TransferEnd.CUT, null);
    }

    @Override
    protected void closedHere() {
        over(TransferEnd.CUT_BY_US, null);
    }

    private void over(TransferEnd how, @Nullable Throwable failure) {
        FileChannel source = file;
        if (state == SendingState.OVER || source == null) {
            return;
        }
        if (state == SendingState.SENDING) {
            owner.stopped();
        }
        state = SendingState.OVER;
        progress();
        stopTicks();
        leavePipeline();
        long last = at == 0 ? owner.clock.millis() : at;
        long unread = from + seen;
        owner.ended(
                source,
                () -> {
                    boolean ours = failure != null && !readable(source, unread);
                    FileServer.tell(listener, seen, ours ? TransferEnd.CUT_BY_US : how, last);
                });
    }

    // A write fails with the same exceptions for disk and connection errors.
    private boolean readable(FileChannel source, long here) {
        try {
            // If the file has become shorter, the write fails as soon as the client's buffer is
            // full.
            return here >= end
                    || (source.size() >= end && source.read(ByteBuffer.allocate(1), here) == 1);
        } catch (IOException e) {
            return false;
        }
    }
}
