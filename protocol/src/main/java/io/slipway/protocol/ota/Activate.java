package io.slipway.protocol.ota;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * The body of an activation poll: the proof of a device with a burned serial number. Every field is
 * {@code ""} when absent, as in the {@code {}} of devices without a serial number.
 *
 * @param algorithm {@code hmac-sha256}
 * @param serialNumber at most 32 bytes from firmware, longer from py-xiaozhi
 * @param challenge the one last issued to this device
 * @param hmac lower-case hex
 */
public record Activate(String algorithm, String serialNumber, String challenge, String hmac) {

    /** The maximum length of any field; a longer one counts as absent. */
    public static final int MAX_TEXT = 128;

    private static final Activate NONE = new Activate("", "", "", "");

    /** Whether the device tries to prove a serial number. */
    public boolean proves() {
        return !serialNumber.isEmpty() && !hmac.isEmpty();
    }

    /**
     * Reads a body: empty, {@code {}}, the four fields flat (firmware) or wrapped in {@code
     * Payload} (py-xiaozhi). Never throws; an unreadable body proves nothing.
     */
    public static Activate read(byte[] body) {
        try (JsonParser in = Jackson.FACTORY.createParser(body)) {
            return in.nextToken() == JsonToken.START_OBJECT ? object(in, 0) : NONE;
        } catch (IOException e) {
            return NONE;
        }
    }

    private static Activate object(JsonParser in, int depth) throws IOException {
        Activate found = NONE;
        String field;
        while ((field = in.nextFieldName()) != null) {
            JsonToken value = in.nextToken();
            if (value == JsonToken.START_OBJECT && depth == 0 && field.equals("Payload")) {
                found = object(in, 1);
            } else if (value == JsonToken.VALUE_STRING && in.getTextLength() <= MAX_TEXT) {
                String text = in.getText();
                found =
                        switch (field) {
                            case "algorithm" ->
                                    new Activate(
                                            text, found.serialNumber, found.challenge, found.hmac);
                            case "serial_number" ->
                                    new Activate(
                                            found.algorithm, text, found.challenge, found.hmac);
                            case "challenge" ->
                                    new Activate(
                                            found.algorithm, found.serialNumber, text, found.hmac);
                            case "hmac" ->
                                    new Activate(
                                            found.algorithm,
                                            found.serialNumber,
                                            found.challenge,
                                            text);
                            default -> found;
                        };
            } else {
                in.skipChildren();
            }
        }
        return found;
    }
}
