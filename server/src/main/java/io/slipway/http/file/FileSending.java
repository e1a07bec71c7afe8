package io.slipway.http.file;

import io.slipway.http.file.DownloadRoute.TransferEnd;
import io.slipway.http.vertx.AnswerChannel;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way from the disk to the socket, by the kernel, piece by piece; nothing of it
 * passes through this process. Sits in the channel's pipeline before the framework's handler, so
 * that it sees how the connection ends. Lives on the channel's event loop.
 *
 * <p>A download is complete when the client closes in order after the last byte, or asks for
 * something else: that is proof that it has read all. Until then the framework is left to believe
 * that the answer is still being written, so that a shutdown waits for it, too.
 *
 * <p>The framework's own {@code sendFile} says only that the last byte was handed to the kernel;
 * what a device took of it decides about its update (update-rules 2.1). In pieces it costs nothing:
 * 100 clients get 2.8 times of what nginx sends them (docs/figures.md, Firmware downloads).
 *
 * <p>What the JDK does not show is a reset that follows an orderly end, as from a client that says
 * "I am done" and then closes with bytes unread. lwIP and Linux send a reset alone in that case.
 */
final class FileSending extends AnswerChannel {

    /** So much is handed to the kernel at once, before other connections get their turn. */
    private static final int PIECE = 128 * 1024;

    /**
     * The last piece waits until the client has acknowledged nearly all before it: that costs one
     * delayed acknowledgement, 40 ms of a computer and up to 250 ms of a device.
     */
    private static final int LAST = 16 * 1024;

    /**
     * For files, doubled by the kernel: at 200 ms of distance good for 1 MB/s, which is more than a
     * device writes. Left to itself the kernel takes megabytes for each slow client.
     */
    private static final int FILE_BUFFER = 128 * 1024;

    /** The kernel raises it to its least, which is less than one full packet of this machine. */
    private static final int LEAST_BUFFER = 1024;

    private enum SendingState {
        DECIDING,
        SENDING,
        SENT,
        OVER
    }

    private final FileServer owner;
    private final HttpServerRequest raw;
    private final long began = System.nanoTime();

    private SendingState state = SendingState.DECIDING;
    private @Nullable FileChannel file;
    private DownloadRoute.TransferListener listener = (bytes, how, when) -> {};
    private long from;
    private long end;
    private long position;
    private long seen;
    private long moved = began;
    private long at;
    private boolean close;

    /** As soon as the request is there, to see what comes behind it. */
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
     * Sends the answer and then the file, which is closed in the end.
     *
     * @param head sets the answer's head; says whether the connection closes after it
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
            // Told all the same; the framework writes down what this was.
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
            // A kernel that holds a quarter of a megabyte would say "sent" of what a client that
            // closes now has never seen.
            sendBuffer(LEAST_BUFFER);
        }
        long length = left <= LAST ? left : Math.min(PIECE, left - LAST);
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
        // The end has to be seen.
        readOn();
        if (close) {
            finish();
        }
    }

    // The client reads to here, and answers with the end of its own side.
    private void finish() {
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
                if (now - moved > owner.timeouts.silence().toNanos()
                        || now - began > owner.timeouts.longest().toNanos()) {
                    over(TransferEnd.CUT, null);
                    cutAndFree();
                }
            }
            case SENT -> {
                if (now - moved > owner.timeouts.linger().toNanos()) {
                    // It may have all and be idle, or have lost its power: the JDK does not tell
                    // what was acknowledged, and an acknowledgement by TCP would not say that it
                    // was read. A wrong CUT costs another download, a wrong COMPLETE blames the
                    // build for a start that never was.
                    over(TransferEnd.CUT, null);
                    cut();
                } else if (!close && owner.draining()) {
                    finish();
                }
            }
            case DECIDING, OVER -> {}
        }
    }

    @Override
    protected boolean came(boolean request) {
        if (request && state != SendingState.SENT) {
            // Asked before it has read this: no proof of anything, so only the end counts.
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

    // Slow is not idle; this class has its own limits.
    @Override
    protected boolean busy() {
        return state == SendingState.SENDING || state == SendingState.SENT;
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

    // A write fails with the same exceptions for a broken disk and a broken connection.
    private boolean readable(FileChannel source, long here) {
        try {
            // A file that has become shorter fails the write as soon as the client's side is full.
            return here >= end
                    || (source.size() >= end && source.read(ByteBuffer.allocate(1), here) == 1);
        } catch (IOException e) {
            return false;
        }
    }
}
