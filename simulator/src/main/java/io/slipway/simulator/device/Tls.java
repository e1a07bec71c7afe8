package io.slipway.simulator.device;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** TLS as in firmware: certificate and host name are checked. */
public final class Tls {

    private Tls() {}

    /**
     * Performs the handshake over an open connection; closing the result closes that too.
     *
     * @param patienceMs timeout of each read, including the handshake
     */
    public static Socket over(Socket plain, String host, int port, int patienceMs)
            throws IOException {
        var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        var socket = (SSLSocket) factory.createSocket(plain, host, port, true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(patienceMs);
        socket.startHandshake();
        return socket;
    }
}
