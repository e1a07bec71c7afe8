package io.slipway.rollout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Distributes connections among several nodes, like a load balancer. */
final class Splitter implements AutoCloseable {

    private static final int BACKLOG = 500;

    private final ServerSocket door;
    private final AtomicInteger next = new AtomicInteger();
    private volatile List<Integer> ports;

    Splitter(List<Integer> ports) throws IOException {
        this.ports = List.copyOf(ports);
        door = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::open);
    }

    String base() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    /** From now on to these. */
    void to(List<Integer> others) {
        ports = List.copyOf(others);
    }

    private void open() {
        try {
            while (true) {
                Socket device = door.accept();
                Thread.startVirtualThread(() -> connect(device));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void connect(Socket device) {
        List<Integer> now = ports;
        int port = now.get(Math.floorMod(next.getAndIncrement(), now.size()));
        try (device;
                var node = new Socket()) {
            node.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
            Thread back = Thread.startVirtualThread(() -> pass(node, device));
            pass(device, node);
            back.join();
        } catch (IOException refused) {
            // The device sees a connection that ends.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException broken) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
