package io.slipway.simulator.update;

import io.slipway.simulator.board.Pace;
import io.slipway.simulator.strict.StrictDownload;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Transfers a file from the network to the flash, with faults on the way. Not thread-safe. */
final class FlashTransfer extends InputStream {

    /** The device, not the server, stopped at this byte. */
    static final class Stopped extends IOException {

        final long at;
        final boolean power;

        Stopped(long at, boolean power) {
            super(power ? "power lost" : "Wi-Fi lost");
            this.at = at;
            this.power = power;
        }
    }

    /**
     * Bytes of the file at which a fault happens, -1 for none.
     *
     * @param corrupt arrives changed
     * @param cut is not read, because the network is lost
     * @param power is not read, because power is lost
     */
    record Places(long corrupt, long cut, long power) {

        boolean stops(long at) {
            return at == cut || at == power;
        }

        /** How many bytes may be read before the next fault. */
        long clear(long at) {
            long clear = Long.MAX_VALUE;
            for (long place : new long[] {cut, power}) {
                if (place >= at) {
                    clear = Math.min(clear, place - at);
                }
            }
            return clear;
        }
    }

    private static final long WORTH_SLEEPING_NANOS = 2_000_000;
    private static final long PATIENCE_NANOS = 3_600_000_000_000L;

    private final StrictDownload from;
    private final Places places;
    private final Pace pace;
    private final int rate;
    private final long deadline = System.nanoTime() + PATIENCE_NANOS;
    private final byte[] head = new byte[Marker.END];
    private int headLength;
    private int given;
    private long debt;

    /**
     * @param rate bytes per second of the device's time, 0 for unlimited
     */
    FlashTransfer(StrictDownload from, Places places, Pace pace, int rate) {
        this.from = from;
        this.places = places;
        this.pace = pace;
        this.rate = rate;
    }

    /** The file's beginning, up to {@link Marker#END}; it remains to be read from the stream. */
    byte[] head() throws IOException {
        int count = 0;
        while (headLength < head.length && count >= 0) {
            count = take(head, headLength, head.length - headLength);
            headLength += Math.max(0, count);
        }
        return head;
    }

    int headLength() {
        return headLength;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (given < headLength && length > 0) {
            int count = Math.min(length, headLength - given);
            System.arraycopy(head, given, into, offset, count);
            given += count;
            return count;
        }
        return length == 0 ? 0 : take(into, offset, length);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Reads the rest and discards it: the flash accepts it, verified or not. */
    void drain() throws IOException {
        byte[] buffer = new byte[8 * 1024];
        while (take(buffer, 0, buffer.length) >= 0) {
            given = headLength;
        }
    }

    private int take(byte[] into, int offset, int length) throws IOException {
        long at = from.at();
        if (places.stops(at)) {
            throw new Stopped(at, at == places.power());
        }
        if (System.nanoTime() - deadline > 0) {
            throw new SocketTimeoutException("no complete file within an hour");
        }
        int count = from.read(into, offset, (int) Math.min(length, places.clear(at)));
        if (count > 0 && places.corrupt() >= at && places.corrupt() < at + count) {
            into[offset + (int) (places.corrupt() - at)] ^= 0x10;
        }
        rest(Math.max(0, count));
        return count;
    }

    private void rest(int bytes) throws IOException {
        if (rate == 0) {
            return;
        }
        debt += bytes;
        long nanos = (long) (debt * 1e9 / rate);
        if (nanos / pace.speed() < WORTH_SLEEPING_NANOS) {
            return;
        }
        debt = 0;
        try {
            pace.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
    }
}
