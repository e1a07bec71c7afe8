package io.slipway.simulator.device;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** TLS as firmware speaks it: certificate and host name are checked. */
public final class Tls {

    private Tls() {}

    /**
     * Shakes hands over a connection that is open; the result closes it along with itself.
     *
     * @param patienceMs for each read, from the handshake on
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
