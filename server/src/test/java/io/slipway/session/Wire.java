package io.slipway.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * A TCP proxy between two ends that can be cut: afterwards nothing passes in either direction, and
 * neither end is notified.
 */
final class Wire implements AutoCloseable {

    private static final int BUFFER = 8 * 1024;

    private final ServerSocket listening = new ServerSocket();
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean cut;

    private Wire(int target) throws IOException {
        this.target = target;
        listening.setReceiveBufferSize(BUFFER);
        listening.bind(new InetSocketAddress("127.0.0.1", 0));
    }

    static Wire to(int port) throws IOException {
        var wire = new Wire(port);
        Thread.startVirtualThread(wire::accept);
        return wire;
    }

    int port() {
        return listening.getLocalPort();
    }

    /** From now on silence. */
    void cut() {
        cut = true;
    }

    private void accept() {
        try {
            while (true) {
                Socket near = listening.accept();
                Socket far = new Socket();
                far.setReceiveBufferSize(BUFFER);
                far.connect(new InetSocketAddress("127.0.0.1", target));
                for (Socket socket : new Socket[] {near, far}) {
                    socket.setTcpNoDelay(true);
                    socket.setSendBufferSize(BUFFER);
                    sockets.add(socket);
                }
                Thread.startVirtualThread(() -> carry(near, far));
                Thread.startVirtualThread(() -> carry(far, near));
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] some = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int length;
            while ((length = in.read(some)) >= 0 && !cut) {
                out.write(some, 0, length);
            }
        } catch (IOException e) {
            // As good as an end.
        }
        try {
            if (cut) {
                ended.await();
            }
            from.close();
            to.close();
        } catch (InterruptedException | IOException e) {
            // It is over in any case.
        }
    }

    @Override
    public void close() throws IOException {
        ended.countDown();
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
