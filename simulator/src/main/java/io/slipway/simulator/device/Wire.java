package io.slipway.simulator.device;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Reported;
import io.slipway.simulator.count.Traffic;
import io.slipway.simulator.strict.Response;
import io.slipway.simulator.strict.RuleBroken;
import io.slipway.simulator.strict.StrictDownload;
import io.slipway.simulator.strict.StrictHttp;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The connections of one device to its server: a new one for each request, as in firmware. */
public final class Wire {

    /** Firmware's timeout for connecting and for a response. */
    private static final int PATIENCE_MS = 30_000;

    private final OtaUrl url;
    private final @Nullable InetAddress source;
    private final Traffic traffic;
    private final HangUp hangUp;

    /**
     * @param source the address to connect from, null for any
     */
    public Wire(OtaUrl url, @Nullable InetAddress source, Traffic traffic, HangUp hangUp) {
        this.url = url;
        this.source = source;
        this.traffic = traffic;
        this.hangUp = hangUp;
    }

    /** For a single device that closes at once. */
    public Wire(String url) {
        this(url, HangUp.AT_ONCE);
    }

    /** For a single device. */
    public Wire(String url, HangUp hangUp) {
        this(OtaUrl.parse(url), null, new Traffic(1), hangUp);
    }

    Response checkIn(DeviceProfile device, Reported reported) throws IOException {
        return post(
                url.path(), Requests.headers(device, false), Requests.checkIn(device, reported));
    }

    Response activate(DeviceProfile device, String challenge) throws IOException {
        return post(
                url.activatePath(),
                Requests.headers(device, true),
                Requests.activate(device, challenge));
    }

    private Response post(String path, List<String> headers, byte[] body) throws IOException {
        byte[] head = Requests.head(url, path, headers, body.length).getBytes(ISO_8859_1);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        try {
            traffic.enter();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
        try {
            return exchange(request);
        } finally {
            traffic.leave();
        }
    }

    private Response exchange(byte[] request) throws IOException {
        long start = System.nanoTime();
        try (var plain = new Socket()) {
            // Reset instead of a normal close: firmware does so after reading, and otherwise a fast
            // fleet would run out of ports, each a minute in TIME_WAIT.
            plain.setSoLinger(true, 0);
            Socket socket = connected(plain, url);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            Response response = StrictHttp.read(new DeadlineInput(socket));
            traffic.answered(System.nanoTime() - start);
            return ended(socket, response);
        }
    }

    private Response ended(Socket socket, Response response) {
        int wait = hangUp.draw();
        String found = wait == 0 ? null : arrives(socket, wait);
        if (found == null) {
            return response;
        }
        return hangUp.behindProxy()
                ? response.warned("R15: behind a proxy, " + found)
                : response.followedBy(new RuleBroken("R15", found));
    }

    // What arrives before the device closes: nothing should.
    private static @Nullable String arrives(Socket socket, int waitMs) {
        try {
            socket.setSoTimeout(waitMs);
            return socket.getInputStream().read() < 0
                    ? "the server closed first"
                    : "bytes after the answer";
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            return "the server reset the connection";
        }
    }

    /**
     * Requests a file, as {@code Ota::Upgrade} does: without identifying itself (update-rules F3).
     * Conversations and downloads don't count as open connections, because the server decides when
     * they begin.
     *
     * @param device only its age matters
     * @throws RuleBroken if no firmware would accept the response
     */
    public StrictDownload get(String address, DeviceProfile device) throws IOException {
        OtaUrl file;
        try {
            file = OtaUrl.parse(address);
        } catch (IllegalArgumentException e) {
            throw new RuleBroken("R4", "firmware.url " + address);
        }
        var plain = new Socket();
        try {
            Socket socket = connected(plain, file);
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(Requests.get(file, device).getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return StrictDownload.open(plain, socket);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private Socket connected(Socket plain, OtaUrl to) throws IOException {
        InetAddress address = to.address();
        if (source != null && address.isLoopbackAddress()) {
            plain.bind(new InetSocketAddress(source, 0));
        }
        plain.setTcpNoDelay(true);
        plain.connect(new InetSocketAddress(address, to.port()), PATIENCE_MS);
        return to.secure() ? Tls.over(plain, to.host(), to.port(), PATIENCE_MS) : plain;
    }

    /** A timeout of 30 s for the whole response, not for each read. */
    private static final class DeadlineInput extends FilterInputStream {

        private final Socket socket;
        private final long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000L;

        DeadlineInput(Socket socket) throws IOException {
            super(socket.getInputStream());
            this.socket = socket;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("no complete answer within 30 s");
            }
            socket.setSoTimeout((int) left);
            return in.read(bytes, from, length);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }
    }
}
