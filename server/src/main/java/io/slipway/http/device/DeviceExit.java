package io.slipway.http.device;

import io.slipway.http.Connections;
import io.slipway.http.DateHeader;
import io.slipway.http.HeaderNames;
import io.slipway.http.governor.OpenConnection;
import io.slipway.protocol.ota.FirmwareAge;
import io.slipway.protocol.ota.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The only place through which replies of the device plane leave, including the framework's own
 * errors. Sends Content-Type, Content-Length, Connection and Date in exactly these spellings and
 * nothing else, except to browsers ({@link Browsers}): modems lose headers that arrive in pieces,
 * and ML307 matches names case-sensitively (device-contract 2.8).
 */
public final class DeviceExit {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceExit.class);

    private static final byte[] NO_BODY = new byte[0];

    private final DateHeader date;

    public DeviceExit(DateHeader date) {
        this.date = date;
    }

    /** On the event loop of the request. {@code last} closes the connection after the reply. */
    public void send(HttpServerRequest request, Reply reply, boolean last) {
        send(request, NO_BODY, reply, last);
    }

    /** Answers {@code OPTIONS}, of any path of the device plane. */
    public void options(HttpServerRequest request) {
        Browsers.allowNext(request);
        send(request, Browsers.OPTIONS, false);
    }

    /**
     * Like {@link #send(HttpServerRequest, Reply, boolean)}.
     *
     * @param sent the body of the request, which may tell how old the firmware is
     */
    void send(HttpServerRequest request, byte[] sent, Reply answer, boolean last) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        Reply reply =
                answer.status() < 400
                        ? answer
                        : answer.readableBy(
                                FirmwareAge.of(request.getHeader(HeaderNames.USER_AGENT), sent));
        response.setStatusCode(reply.status());
        byte[] body = reply.body();
        response.headers()
                .add(HeaderNames.ANSWER_TYPE, contentType(reply))
                .add(HeaderNames.ANSWER_LENGTH, Integer.toString(body.length))
                .add(HeaderNames.ANSWER_DATE, date.value());
        Browsers.allow(request);
        boolean close = Connections.announce(request, last);
        if (close) {
            OpenConnection.of(request).waitForClient();
        }
        var written =
                HttpMethod.HEAD.equals(request.method())
                        ? response.end()
                        : response.end(Buffer.buffer(body));
        if (last) {
            // Without it the framework closes by itself, as the client asked.
            written.onComplete(done -> request.connection().close());
        }
    }

    private static CharSequence contentType(Reply reply) {
        return reply.contentType().equals("application/json")
                ? HeaderNames.JSON
                : reply.contentType();
    }

    // A MAC has 17 characters; what else is sent is only there to be recognised.
    private static String cut(String sent) {
        return sent.substring(0, Math.min(sent.length(), 64));
    }

    /** The reply to a device for a server fault; details are in the log. */
    public static Reply failed(HttpServerRequest request, RuntimeException fault) {
        String device = request.getHeader(HeaderNames.DEVICE_ID);
        try (var _ = MDC.putCloseable("device", device == null ? "" : cut(device))) {
            LOG.error("{} {}", request.method(), request.path(), fault);
        }
        return Reply.error(500, "Internal server error", null);
    }
}
