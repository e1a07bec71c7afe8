package io.slipway.bench.sessions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The voice backend of the benchmark, in its own process: greets like a real one and answers each
 * frame of speech with one, at once. Serves both gateways and devices. Argument: port.
 */
public final class TalkingBackend {

    private static final String HELLO =
            "{\"type\":\"hello\",\"transport\":\"websocket\",\"session_id\":\"backend-%08d\","
                    + "\"audio_params\":{\"format\":\"opus\",\"sample_rate\":24000,\"channels\":1,"
                    + "\"frame_duration\":60}}";
    private static final String TTS =
            "{\"session_id\":\"backend-%08d\",\"type\":\"tts\",\"state\":\"start\"}";

    private final LineLoop loop = new LineLoop();
    private int count;

    private TalkingBackend() throws IOException {}

    public static void main(String[] arguments) throws IOException {
        new TalkingBackend().run(Integer.parseInt(arguments[0]));
    }

    private void run(int port) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 4_096);
        loop.listen(server, () -> accept(server));
        while (true) {
            loop.turn(1_000);
        }
    }

    private void accept(ServerSocketChannel server) {
        try {
            SocketChannel channel = server.accept();
            if (channel != null) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                new Answering(channel, count++);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Answering extends Line {

        private final int number;

        Answering(SocketChannel channel, int number) throws IOException {
            super(loop, channel);
            this.number = number;
        }

        @Override
        void connected() {}

        @Override
        void shaken(String head) {
            byte[] answer = Wire.accept(head);
            send(answer);
            if (answer[9] != '1') {
                close();
            }
        }

        @Override
        void text(String text) {
            if (text.contains("\"hello\"")) {
                say(HELLO);
            } else if (text.contains("\"start\"")) {
                say(TTS);
            }
        }

        private void say(String text) {
            byte[] bytes = String.format(text, number).getBytes(StandardCharsets.UTF_8);
            ByteBuffer out = loop.out();
            Wire.message(out, Wire.TEXT, bytes, bytes.length, false);
            send(out.flip());
        }

        @Override
        void binary(byte[] content, int length) {
            content[0] = Speech.DOWN;
            ByteBuffer out = loop.out();
            Wire.message(out, Wire.BINARY, content, length, false);
            send(out.flip());
        }

        @Override
        void lost(String why) {}
    }
}
