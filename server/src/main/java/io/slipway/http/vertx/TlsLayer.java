package io.slipway.http.vertx;

import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS of clients' connections, below everything that reads HTTP and above what counts bytes. The
 * framework's own would show a connection only after its handshake, when it has taken what it
 * wanted; and it would not read a proxy's preamble before it. Without ALPN, clients speak HTTP/1.1:
 * HTTP/2 has no names of headers that modems would recognise (device-contract 2.8).
 */
public final class TlsLayer {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /**
     * Those that mbed TLS has by default, the fastest for it first. Those with CBC are for modems
     * that have their own TLS; none is without forward secrecy.
     */
    private static final String[] SUITES = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"
    };

    /**
     * Bytes of content in a record: an ESP32 needs memory for a whole one before it can read it.
     * The handshake's own messages are in as few records as possible, because mbed TLS does not
     * join them.
     */
    private static final int RECORD = 4 * 1024;

    /** For the last bytes before a connection is closed, in ms. */
    private static final int LAST_BYTES = 1_000;

    private TlsLayer() {}

    /**
     * Joins a connection that has just begun, after its {@link ClientChannel}. Who ends a handshake
     * that takes too long is up to that.
     *
     * @param work what computes parts of handshakes, which take milliseconds
     */
    public static void join(HttpConnection connection, SSLContext context, Executor work) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(SUITES);
        parameters.setUseCipherSuitesOrder(true);
        engine.setSSLParameters(parameters);
        var turn = new HandshakeTurn(ClientChannel.framework(connection).channel(), work);
        var handler = new SslHandler(engine, turn);
        handler.setHandshakeTimeout(0, TimeUnit.MILLISECONDS);
        handler.setCloseNotifyFlushTimeout(LAST_BYTES, TimeUnit.MILLISECONDS);
        handler.setWrapDataSize(RECORD);
        ClientChannel.secure(connection, handler, turn);
    }

    /** That of a channel; null for one without. */
    static @Nullable SslHandler of(Channel channel) {
        return channel.pipeline().get(SslHandler.class);
    }

    /** Whether it is a failure of TLS rather than of the connection. */
    static boolean failed(Throwable cause) {
        return cause instanceof SSLException
                || (cause instanceof DecoderException && cause.getCause() instanceof SSLException);
    }
}
