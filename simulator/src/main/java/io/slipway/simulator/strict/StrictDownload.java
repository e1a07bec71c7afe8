package io.slipway.simulator.strict;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.Map;

/**
 * A download of a firmware file, as the strictest firmware reads it (update-rules F4,
 * device-contract 9.2): 200, a length in advance, no encoding, no redirect. Not thread-safe.
 */
public final class StrictDownload implements AutoCloseable {

    private final Socket plain;
    private final Socket socket;
    private final InputStream in;
    private final int status;
    private final long length;
    private long read;

    private StrictDownload(Socket plain, Socket socket, InputStream in, int status, long length) {
        this.plain = plain;
        this.socket = socket;
        this.in = in;
        this.status = status;
        this.length = length;
    }

    /**
     * Reads the head of the response.
     *
     * @throws RuleBroken if no firmware would accept it
     */
    public static StrictDownload open(Socket plain, Socket socket) throws IOException {
        var in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        String[] lines = StrictHttp.head(in).split("\r\n", -1);
        var matcher = StrictHttp.STATUS.matcher(lines[0]);
        if (!matcher.matches()) {
            throw new RuleBroken("§2.8", "status line " + StrictHttp.shortened(lines[0]));
        }
        int status = Integer.parseInt(matcher.group(1));
        if (status >= 500) {
            // A server error. The device tries again at its next start.
            return new StrictDownload(plain, socket, in, status, 0);
        }
        if (status != 200) {
            throw new RuleBroken("F4", "status " + status + " for a file that was offered");
        }
        return new StrictDownload(plain, socket, in, status, length(StrictHttp.headers(lines)));
    }

    private static long length(Map<String, String> headers) {
        for (String banned : List.of("transfer-encoding", "content-encoding", "content-range")) {
            String value = StrictHttp.header(headers, banned);
            if (value != null) {
                throw new RuleBroken("F4", banned + ": " + StrictHttp.shortened(value));
            }
        }
        String length = headers.get("Content-Length");
        if (length == null) {
            boolean other = StrictHttp.header(headers, "content-length") != null;
            throw new RuleBroken(
                    "F4", other ? "Content-Length in another spelling" : "no Content-Length");
        }
        if (!length.matches("[0-9]{1,10}") || Long.parseLong(length) == 0) {
            throw new RuleBroken("F4", "Content-Length: " + StrictHttp.shortened(length));
        }
        return Long.parseLong(length);
    }

    public int status() {
        return status;
    }

    /** The announced length. */
    public long length() {
        return length;
    }

    /** How many bytes of the body were read. */
    public long at() {
        return read;
    }

    /**
     * At most {@code most} bytes, -1 after the last.
     *
     * @throws EOFException if the connection ends before
     */
    public int read(byte[] into, int from, int most) throws IOException {
        if (read == length) {
            return -1;
        }
        int count = in.read(into, from, (int) Math.min(most, length - read));
        if (count < 0) {
            throw new EOFException("connection cut after " + read + " of " + length);
        }
        read += count;
        if (read == length && in.available() > 0) {
            throw new RuleBroken("F4", "more bytes than announced by Content-Length");
        }
        return count;
    }

    /** Closes the connection as a device does after reading everything. */
    @Override
    public void close() throws IOException {
        socket.close();
        plain.close();
    }

    /** Closes it at once, with a reset. */
    public void cut() throws IOException {
        plain.setSoLinger(true, 0);
        plain.close();
    }
}
