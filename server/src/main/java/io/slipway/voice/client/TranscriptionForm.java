package io.slipway.voice.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A recording and fields as a form of {@code multipart/form-data} (RFC 7578). */
record TranscriptionForm(String type, byte[] body) {

    private static final int HEADER = 44;

    /** A random boundary occurs in no content. */
    static TranscriptionForm of(ObjectNode fields, List<short[]> recording) {
        String boundary = "slipway-" + UUID.randomUUID();
        var out = new ByteArrayOutputStream();
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            JsonNode value = field.getValue();
            part(out, boundary, field.getKey(), "");
            write(out, (value.isValueNode() ? value.asText() : value.toString()) + "\r\n");
        }
        part(out, boundary, "file", "; filename=\"speech.wav\"\r\nContent-Type: audio/wav");
        out.writeBytes(wave(recording));
        write(out, "\r\n--" + boundary + "--\r\n");
        return new TranscriptionForm(
                "multipart/form-data; boundary=" + boundary, out.toByteArray());
    }

    private static void part(ByteArrayOutputStream out, String boundary, String name, String more) {
        write(
                out,
                "--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n"
                        .formatted(boundary, name, more));
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] wave(List<short[]> recording) {
        int bytes = 2 * recording.stream().mapToInt(part -> part.length).sum();
        ByteBuffer file = ByteBuffer.allocate(HEADER + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("RIFF")).putInt(HEADER - 8 + bytes).put(ascii("WAVEfmt ")).putInt(16);
        // PCM, one channel, 16 bits.
        file.putShort((short) 1).putShort((short) 1);
        file.putInt(Recognizer.RATE).putInt(2 * Recognizer.RATE);
        file.putShort((short) 2).putShort((short) 16);
        file.put(ascii("data")).putInt(bytes);
        recording.forEach(part -> {
            for (short sample : part) {
                file.putShort(sample);
            }
        });
        return file.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
