package io.slipway.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts to other servers, with a new connection for each request. Follows no redirects.
 * Thread-safe; calls block, so never call it on an event loop.
 */
public final class WebClient {

    /** The maximum bytes read of a response's body, which is ignored. */
    private static final int MOST_BODY = 4 * 1024;

    private static final int CONNECT_MS = 10_000;

    /** Concurrent connections; callers have lower limits of their own. */
    private static final int CONNECTIONS = 256;

    private final HttpClient client;

    public WebClient(Vertx vertx) {
        this(vertx, new HttpClientOptions());
    }

    /** With certificates that a test trusts. */
    WebClient(Vertx vertx, HttpClientOptions options) {
        client =
                vertx.createHttpClient(
                        options.setKeepAlive(false)
                                .setConnectTimeout(CONNECT_MS)
                                .setTcpNoDelay(true),
                        new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    /**
     * Posts and waits for the response's status.
     *
     * @param address where to connect: the validated result of resolving the URL's host. The {@code
     *     Host} header and the certificate's name remain the URL's
     * @param limit for everything together
     * @return the status, regardless of the response's body
     * @throws IOException if there is no response in time or no connection
     */
    public int post(
            ServerUrl url,
            InetAddress address,
            Map<String, String> headers,
            byte[] body,
            Duration limit)
            throws IOException {
        var options = PinnedPost.options(url, address, headers);
        var call = new Exchange(body);
        client.request(options).onSuccess(call::opened).onFailure(call::failed);
        return call.await(limit);
    }

    /** One request. Its handlers live on the connection's event loop. */
    private static final class Exchange {
        private final byte[] body;
        private final CompletableFuture<Integer> status = new CompletableFuture<>();
        private final CompletableFuture<Boolean> done = new CompletableFuture<>();
        private int read;

        Exchange(byte[] body) {
            this.body = body;
        }

        void opened(HttpClientRequest request) {
            // Closed once the caller no longer waits.
            var _ = done.whenComplete((ok, gone) -> request.connection().close());
            if (!done.isDone()) {
                request.send(Buffer.buffer(body)).onSuccess(this::answered).onFailure(this::failed);
            }
        }

        private void answered(HttpClientResponse response) {
            status.complete(response.statusCode());
            response.exceptionHandler(broken -> done.complete(false));
            response.endHandler(end -> done.complete(true));
            response.handler(chunk -> {
                read += chunk.length();
                if (read > MOST_BODY) {
                    done.complete(false);
                }
            });
        }

        void failed(Throwable cause) {
            status.completeExceptionally(cause);
            done.complete(false);
        }

        int await(Duration limit) throws IOException {
            try {
                done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // After the response's head, the body may be slow.
                status.completeExceptionally(
                        new IOException("no answer in " + limit.toSeconds() + " s"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                status.completeExceptionally(new IOException("interrupted"));
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
            done.complete(false);
            try {
                return status.join();
            } catch (CompletionException e) {
                Throwable cause = e.getCause();
                throw cause instanceof IOException failure
                        ? failure
                        : new IOException(String.valueOf(cause), cause);
            }
        }
    }
}
