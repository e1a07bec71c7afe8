package io.slipway.bench.sessions;

import io.slipway.protocol.socket.Battery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device in a session: says hello, answers for its tools, speaks, and checks what it receives.
 */
final class Caller extends Line {

    private static final byte[] HELLO =
            message(
                    "{\"type\":\"hello\",\"version\":1,\"features\":{\"mcp\":true},"
                            + "\"transport\":\"websocket\",\"audio_params\":{\"format\":\"opus\","
                            + "\"sample_rate\":16000,\"channels\":1,\"frame_duration\":60}}");
    private static final byte[] LISTEN =
            message(
                    "{\"session_id\":\"\",\"type\":\"listen\",\"state\":\"start\","
                            + "\"mode\":\"realtime\"}");
    private static final String INITIALIZED =
            "{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{\"tools\":{}},"
                    + "\"serverInfo\":{\"name\":\"bread-compact-wifi\",\"version\":\"2.4.2\"}}";
    private static final String TOOLS =
            "{\"tools\":[{\"name\":\"self.get_device_status\","
                    + "\"description\":\"Provides the real-time information of the device.\","
                    + "\"inputSchema\":{\"type\":\"object\",\"properties\":{}}},"
                    + "{\"name\":\"self.audio_speaker.set_volume\",\"description\":"
                    + "\"Set the volume of the audio speaker.\",\"inputSchema\":{\"type\":"
                    + "\"object\",\"properties\":{\"volume\":{\"type\":\"integer\","
                    + "\"minimum\":0,\"maximum\":100}},\"required\":[\"volume\"]}}]}";

    /** Of a board without a battery, for which the server asks once per session. */
    private static final String STATUS =
            "{\"content\":[{\"type\":\"text\",\"text\":"
                    + "\"{\\\"audio_speaker\\\":{\\\"volume\\\":70}}\"}],\"isError\":false}";

    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    /** Callbacks from callers. */
    interface Events {
        /** It has received its hello. */
        void ready(Caller caller);

        /** A frame came back after {@code nanos}. */
        void heard(long nanos);

        /** It can't continue; nothing else follows. */
        void failed(String why);
    }

    /**
     * The server that callers connect to.
     *
     * @param label in reports
     * @param greets whether it answers a hello; otherwise the handshake is enough
     * @param direction that its frames have
     */
    record Target(String label, int port, boolean greets, byte direction) {}

    private final LineLoop loop;
    private final Target target;
    private final int index;
    private final byte[] upgrade;
    private final Events events;
    private int spoken;
    private int heard;

    Caller(
            LineLoop loop,
            SocketChannel channel,
            Target target,
            int index,
            byte[] upgrade,
            Events events)
            throws IOException {
        super(loop, channel);
        this.loop = loop;
        this.target = target;
        this.index = index;
        this.upgrade = upgrade;
        this.events = events;
    }

    private static byte[] message(String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(content.length + Wire.HEADER);
        Wire.message(out, Wire.TEXT, content, content.length, true);
        return java.util.Arrays.copyOf(out.array(), out.position());
    }

    private void answer(String call, String result) {
        Matcher id = ID.matcher(call);
        if (id.find()) {
            send(
                    message(
                            "{\"session_id\":\"\",\"type\":\"mcp\",\"payload\":"
                                    + "{\"jsonrpc\":\"2.0\",\"id\":"
                                    + id.group(1)
                                    + ",\"result\":"
                                    + result
                                    + "}}"));
        } else {
            fail("was called without an id: " + call);
        }
    }

    @Override
    void connected() {
        send(upgrade);
    }

    @Override
    void shaken(String head) {
        if (!head.startsWith("HTTP/1.1 101")) {
            fail("refused: " + head.lines().findFirst().orElse(""));
        } else if (target.greets()) {
            send(HELLO);
        } else {
            events.ready(this);
        }
    }

    @Override
    void text(String text) {
        if (text.contains("\"type\":\"hello\"")) {
            events.ready(this);
        } else if (text.contains("\"initialize\"")) {
            answer(text, INITIALIZED);
        } else if (text.contains("\"tools/list\"")) {
            answer(text, TOOLS);
        } else if (text.contains("\"tools/call\"") && text.contains(Battery.TOOL)) {
            answer(text, STATUS);
        } else if (!text.contains("\"state\":\"start\"")) {
            fail("was told " + text);
        }
    }

    /** Announces speech. */
    void listen() {
        if (target.greets()) {
            send(LISTEN);
        }
    }

    void speak(long now) {
        ByteBuffer out = loop.out();
        Speech.put(out, index, spoken++, now);
        send(out.flip());
    }

    @Override
    void binary(byte[] content, int length) {
        long sent = Speech.sentAt(content, length, target.direction(), index, heard);
        if (sent == Speech.WRONG) {
            fail("frame " + heard + " did not come back as it was, or not in its turn");
        } else {
            heard++;
            events.heard(System.nanoTime() - sent);
        }
    }

    /** Frames that have not come back. */
    int missing() {
        return spoken - heard;
    }

    private void fail(String why) {
        close();
        lost(why);
    }

    @Override
    void lost(String why) {
        events.failed(why);
    }
}
