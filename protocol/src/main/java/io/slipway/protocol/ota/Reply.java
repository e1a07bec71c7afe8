package io.slipway.protocol.ota;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.WireUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reply that can't break a device: the only thing that leaves the device plane. Its body is UTF-8
 * of 1 to {@link #MAX_BODY} bytes; a device with firmware 1.8.0, or 2.0.0 and newer, hangs
 * permanently at 8192. There is no public constructor, so every instance has been checked.
 */
public final class Reply {

    /** The maximum size of a body, in bytes. */
    public static final int MAX_BODY = 4095;

    /**
     * The maximum size of a string in {@code mqtt} and {@code websocket}, in bytes: NVS takes 4000.
     */
    private static final int MAX_VALUE = 512;

    /**
     * The maximum size of a message in JSON, in bytes: with everything else at its maximum the body
     * still fits.
     */
    private static final int MAX_MESSAGE = 256;

    /** No redirect, 204, 1xx or 429: firmware understands none of them. */
    private static final Set<Integer> STATUSES =
            Set.of(200, 202, 400, 401, 403, 404, 405, 408, 413, 414, 415, 431, 500, 503);

    private static final Reply ACTIVATED = message(200, "activated");
    private static final Reply PENDING = message(202, "pending");

    private final int status;
    private final String contentType;
    private final byte[] body;
    private final List<String> leftOut;
    // Of an error: what firmware gets that takes any JSON for success.
    private final @Nullable String words;
    // Whether that is only for firmware which is known to be old.
    private final boolean json;

    private Reply(int status, String contentType, byte[] body, List<String> leftOut) {
        this(status, contentType, body, leftOut, null, false);
    }

    private Reply(
            int status,
            String contentType,
            byte[] body,
            List<String> leftOut,
            @Nullable String words,
            boolean json) {
        if (!STATUSES.contains(status)) {
            throw new IllegalArgumentException("no device understands status " + status);
        }
        if (body.length == 0 || body.length > MAX_BODY) {
            throw new IllegalArgumentException(
                    "a device does not accept a body of " + body.length + " bytes");
        }
        this.status = status;
        this.contentType = contentType;
        this.body = body;
        this.leftOut = List.copyOf(leftOut);
        this.words = words;
        this.json = json;
    }

    /**
     * The reply to an OTA check, always with status 200. What would break a device is left out and
     * reported in {@link #leftOut}.
     */
    public static Reply checkIn(ReplyDraft answer) {
        var leftOut = new ArrayList<String>(0);
        byte[] body =
                json(out -> {
                    serverTime(out, answer.serverTime(), leftOut);
                    firmware(out, answer.firmware(), leftOut);
                    transport(out, answer.transport(), leftOut);
                    activation(out, answer.activation(), leftOut);
                });
        return new Reply(200, "application/json", body, leftOut);
    }

    /** Only for {@link PreparedReply}, which got its body from {@link #checkIn}. */
    static Reply prepared(byte[] body) {
        return new Reply(200, "application/json", body, List.of());
    }

    /** {@code /activate}: the device is bound; it asks {@code /ota} again at once. */
    public static Reply activated() {
        return ACTIVATED;
    }

    /** {@code /activate}: the device is not bound yet; it asks again in 3 s. */
    public static Reply pending() {
        return PENDING;
    }

    /**
     * An error, in the published protocol's form; see {@link #readableBy}.
     *
     * @param detail for debugging, cut at 200 characters; null for none
     */
    public static Reply error(int status, String error, @Nullable String detail) {
        return error(status, error, detail, false);
    }

    /**
     * The error for a request without a {@code Device-Id}: not from firmware, all of which sends
     * one, so it stays JSON unless the caller says that it is old.
     */
    public static Reply noDeviceId() {
        return error(400, "Device ID is required", null, true);
    }

    private static Reply error(
            int status, String error, @Nullable String detail, boolean staysJson) {
        byte[] body =
                json(out -> {
                    out.writeStringField("error", clip(error));
                    if (detail != null) {
                        out.writeStringField("detail", clip(detail));
                    }
                });
        String words = clip(error) + (detail == null ? "" : ": " + clip(detail));
        return new Reply(status, "application/json", body, List.of(), words, staysJson);
    }

    /** Plain text for a person who opens a device's address in a browser. */
    public static Reply text(String text) {
        return text(200, text);
    }

    private static Reply text(int status, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return new Reply(status, "text/plain; charset=utf-8", body, List.of());
    }

    /**
     * This reply in the form that a caller understands: an error is plain text for firmware that
     * would take JSON for success (device-contract R16). It begins with {@code error: }, so that
     * cJSON, which reads one value and ignores what follows, finds none.
     */
    public Reply readableBy(FirmwareAge caller) {
        String error = words;
        if (error == null) {
            return this;
        }
        return switch (caller) {
            case CURRENT -> this;
            case UNKNOWN -> json ? this : text(status, "error: " + error);
            case OLD -> text(status, "error: " + error);
        };
    }

    public int status() {
        return status;
    }

    public String contentType() {
        return contentType;
    }

    /** The body; the caller must not change it. */
    public byte[] body() {
        return body;
    }

    /**
     * What was left out because it would have broken a device: one clause each, without secrets.
     */
    public List<String> leftOut() {
        return leftOut;
    }

    private static Reply message(int status, String message) {
        byte[] body = json(out -> out.writeStringField("message", message));
        return new Reply(status, "application/json", body, List.of());
    }

    private static void serverTime(
            JsonGenerator out, ReplyDraft.@Nullable ServerTime time, List<String> leftOut)
            throws IOException {
        if (time == null) {
            return;
        }
        boolean zoned = safe(time.zone(), 64);
        // The largest offset in use is 14 h; a wrong one would put the device's clock off by weeks.
        int offset = time.offsetMinutes();
        if (time.timestamp() <= 0 || offset < -18 * 60 || offset > 18 * 60) {
            leftOut.add("server_time: out of range");
            return;
        }
        out.writeObjectFieldStart("server_time");
        out.writeNumberField("timestamp", time.timestamp());
        out.writeNumberField("timezone_offset", time.offsetMinutes());
        if (zoned) {
            // Two spellings: one from the published protocol's table, one from its example.
            out.writeStringField("timezone", time.zone());
            out.writeStringField("timeZone", time.zone());
        }
        out.writeEndObject();
    }

    // device-contract R1: both versions must survive std::stoi, or the device reboots at every
    // check.
    private static void firmware(
            JsonGenerator out, ReplyDraft.@Nullable FirmwareSection firmware, List<String> leftOut)
            throws IOException {
        if (firmware == null) {
            return;
        }
        if (FirmwareVersion.parse(firmware.running()).isEmpty()) {
            leftOut.add(
                    "firmware: the device's own version is one that it can't read (device-contract R1)");
            return;
        }
        boolean offer = !firmware.url().isEmpty();
        boolean same = firmware.version().equals(firmware.running());
        if (!same && FirmwareVersion.parse(firmware.version()).isEmpty()) {
            leftOut.add("firmware: a version that a device can't read (device-contract R1)");
            offer = false;
        } else if (offer && !WireUrl.isDownload(firmware.url())) {
            leftOut.add("firmware: url that a device can't open (device-contract R4)");
            offer = false;
        }
        out.writeObjectFieldStart("firmware");
        // A newer version without a url causes an alert at every check, and a missing section an
        // error before 1.6.0: so the device's own version is sent.
        out.writeStringField("version", offer ? firmware.version() : firmware.running());
        out.writeStringField("url", offer ? firmware.url() : "");
        if (offer && firmware.force()) {
            out.writeNumberField("force", 1);
        }
        out.writeEndObject();
    }

    private static void transport(
            JsonGenerator out, ReplyDraft.@Nullable Transport transport, List<String> leftOut)
            throws IOException {
        switch (transport) {
            case null -> {}
            case ReplyDraft.WebsocketSection socket -> websocket(out, socket, leftOut);
            case ReplyDraft.MqttSection mqtt -> mqtt(out, mqtt, leftOut);
        }
    }

    // device-contract R4, and the token becomes part of a header line.
    private static void websocket(
            JsonGenerator out, ReplyDraft.WebsocketSection socket, List<String> leftOut)
            throws IOException {
        if (!WireUrl.isSocket(socket.url())) {
            leftOut.add("websocket: url that a device can't open (device-contract R4)");
        } else if (socket.token().isEmpty() || !word(socket.token(), MAX_VALUE)) {
            leftOut.add("websocket: a token that is not a single word (device-contract R2)");
        } else if (socket.version() < 1 || socket.version() > 3) {
            leftOut.add("websocket: unknown version of frames");
        } else {
            out.writeObjectFieldStart("websocket");
            out.writeStringField("url", socket.url());
            out.writeStringField("token", socket.token());
            out.writeNumberField("version", socket.version());
            out.writeEndObject();
        }
    }

    // device-contract R2, R3, R11: modems insert these into an AT command unescaped, and even an
    // empty object has an effect.
    private static void mqtt(JsonGenerator out, ReplyDraft.MqttSection mqtt, List<String> leftOut)
            throws IOException {
        if (!WireUrl.isEndpoint(mqtt.endpoint())) {
            leftOut.add("mqtt: endpoint that is not host or host:port (device-contract R3)");
        } else if (!word(mqtt.clientId(), MAX_VALUE)
                || !word(mqtt.username(), MAX_VALUE)
                || !word(mqtt.password(), MAX_VALUE)
                || !word(mqtt.publishTopic(), 255)
                || !word(mqtt.subscribeTopic(), 255)) {
            leftOut.add(
                    "mqtt: a value with blanks, quotes or too many characters (device-contract R2)");
        } else if (mqtt.keepalive() < 1 || mqtt.keepalive() > 65535) {
            leftOut.add("mqtt: keepalive out of range");
        } else {
            out.writeObjectFieldStart("mqtt");
            out.writeStringField("endpoint", mqtt.endpoint());
            out.writeStringField("client_id", mqtt.clientId());
            out.writeStringField("username", mqtt.username());
            out.writeStringField("password", mqtt.password());
            out.writeNumberField("keepalive", mqtt.keepalive());
            out.writeStringField("publish_topic", mqtt.publishTopic());
            out.writeStringField("subscribe_topic", mqtt.subscribeTopic());
            out.writeEndObject();
        }
    }

    // device-contract R7, R8: strings, and the message shows the code because nothing else does.
    private static void activation(
            JsonGenerator out,
            ReplyDraft.@Nullable ActivationSection activation,
            List<String> leftOut)
            throws IOException {
        if (activation == null) {
            return;
        }
        String code = activation.code();
        String message = activation.message();
        boolean coded = code != null && code.length() >= 6 && code.length() <= 12 && digits(code);
        if (code != null && !coded) {
            leftOut.add("activation: code that is not 6 to 12 digits");
        }
        // A line feed is two bytes in JSON.
        if (!safe(message.replace("\n", "  "), MAX_MESSAGE)) {
            leftOut.add("activation: message that is too long or not plain text");
            message = "Slipway";
        }
        if (coded && code != null && !message.contains(code)) {
            message = message + "\n" + code;
        }
        String challenge = activation.challenge();
        if (challenge.isEmpty() || !word(challenge, 128)) {
            leftOut.add("activation: a challenge that is not a single word");
            // Without a challenge the device never polls; this one can only fail an HMAC.
            challenge = "none";
        }
        out.writeObjectFieldStart("activation");
        if (coded) {
            out.writeStringField("code", code);
        }
        out.writeStringField("message", message);
        out.writeStringField("challenge", challenge);
        out.writeNumberField("timeout_ms", Math.max(1000, activation.timeoutMs()));
        out.writeEndObject();
    }

    private static boolean digits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean word(String text, int max) {
        return safe(text, max) && text.indexOf(' ') < 0;
    }

    // Visible ASCII and spaces, nothing that JSON or a modem would have to escape.
    private static boolean safe(String text, int max) {
        if (text.length() > max) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    // An unpaired surrogate, from cutting or from the input, would make the generator throw.
    private static String clip(String text) {
        var out = new StringBuilder();
        text.codePoints()
                .filter(c -> c >= ' ' && Character.getType(c) != Character.SURROGATE)
                .limit(200)
                .forEach(out::appendCodePoint);
        return out.toString();
    }

    private interface ObjectWriter {
        void write(JsonGenerator out) throws IOException;
    }

    private static byte[] json(ObjectWriter fields) {
        var bytes = new ByteArrayBuilder(512);
        try (JsonGenerator out = Jackson.FACTORY.createGenerator(bytes)) {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
