package io.slipway.voice.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.stream.ScriptedServer.Received;
import io.slipway.sound.Recording;
import io.slipway.sound.UnreadableSound;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A multipart form with a recording (RFC 7578), read strictly. */
record TranscriptionRequest(Map<String, String> fields, Recording recording) {

    private static final Pattern TYPE =
            Pattern.compile("multipart/form-data; boundary=([0-9A-Za-z'()+_,./:=?-]{1,70})");
    private static final Pattern HEAD =
            Pattern.compile(
                    "Content-Disposition: form-data; name=\"([a-z_]+)\"(; filename=\"speech.wav\")?"
                            + "(\r\nContent-Type: audio/wav)?\r\n\r\n");
    private static final Set<String> KNOWN =
            Set.of("model", "language", "response_format", "prompt", "temperature");

    static TranscriptionRequest of(Received request) {
        Matcher type = TYPE.matcher(request.header("content-type"));
        assertThat(type.matches()).as(request.header("content-type")).isTrue();
        String delimiter = "--" + type.group(1);
        String body = new String(request.body(), ISO_8859_1);
        assertThat(body).startsWith(delimiter + "\r\n").endsWith("\r\n" + delimiter + "--\r\n");
        var fields = new LinkedHashMap<String, String>();
        Recording recording = null;
        int at = delimiter.length() + 2;
        while (at < body.length()) {
            Matcher head = HEAD.matcher(body).region(at, body.length());
            assertThat(head.lookingAt()).as("a part's head").isTrue();
            int end = body.indexOf("\r\n" + delimiter, head.end());
            String value = body.substring(head.end(), end);
            if (head.group(1).equals("file")) {
                assertThat(head.group(2)).isNotNull();
                assertThat(head.group(3)).isNotNull();
                assertThat(recording).isNull();
                recording = wave(value.getBytes(ISO_8859_1));
            } else {
                assertThat(KNOWN).contains(head.group(1));
                String text = new String(value.getBytes(ISO_8859_1), UTF_8);
                assertThat(fields.put(head.group(1), text)).isNull();
            }
            at = end + 2 + delimiter.length() + 2;
            if (body.startsWith("--\r\n", at - 2)) {
                assertThat(at + 2).as("nothing after the last part").isEqualTo(body.length());
                break;
            }
        }
        assertThat(recording).isNotNull();
        assertThat(fields.get("response_format")).isEqualTo("json");
        return new TranscriptionRequest(fields, recording);
    }

    private static Recording wave(byte[] file) {
        var header = java.nio.ByteBuffer.wrap(file).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        assertThat(header.getInt(4)).as("the length of RIFF").isEqualTo(file.length - 8);
        assertThat(header.getInt(40)).as("the length of the sound").isEqualTo(file.length - 44);
        assertThat(header.getShort(22)).as("channels").isEqualTo((short) 1);
        assertThat(header.getInt(24)).as("samples a second").isEqualTo(16_000);
        assertThat(header.getInt(28)).as("bytes a second").isEqualTo(32_000);
        assertThat(header.getShort(32)).as("bytes a frame").isEqualTo((short) 2);
        try {
            return Recording.read(file);
        } catch (UnreadableSound e) {
            throw new AssertionError(e);
        }
    }
}
