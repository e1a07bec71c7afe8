package io.slipway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.slipway.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An external server that records what it receives. */
final class WebhookReceiver implements AutoCloseable {

    /** A request; header names in the JDK's spelling. */
    record ReceivedRequest(String path, Map<String, List<String>> headers, byte[] body) {
        String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }

        String delivery() {
            return header("X-slipway-delivery");
        }

        String type() {
            return header("X-slipway-event");
        }

        JsonNode json() {
            return Json.read(body);
        }
    }

    final List<ReceivedRequest> got = new CopyOnWriteArrayList<>();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    volatile int status = 200;
    volatile long takesMs;
    private final AtomicInteger atOnce = new AtomicInteger();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    WebhookReceiver() {
        try {
            var local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            server = HttpServer.create(local, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    got.add(
                            new ReceivedRequest(
                                    exchange.getRequestURI().toString(),
                                    Map.copyOf(exchange.getRequestHeaders()),
                                    body));
                    pause(takesMs);
                    exchange.getResponseHeaders().add("Location", "/elsewhere");
                    atOnce.decrementAndGet();
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
        server.start();
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String url(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    List<String> types() {
        return got.stream().map(ReceivedRequest::type).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
