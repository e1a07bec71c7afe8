package io.slipway.simulator.talk;

import io.slipway.simulator.strict.StrictAudio;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that obeys every rule and repeats what it heard. */
public final class EchoTalk implements CannedTalk.Conversation {

    /** With a quiet microphone, a packet has only a few bytes. */
    private static final int QUIET = 30;

    private static final int QUIET_PACKETS = 5;

    public final Set<Integer> versions = ConcurrentHashMap.newKeySet();
    final AtomicInteger aborts = new AtomicInteger();
    final AtomicInteger detects = new AtomicInteger();
    final List<String> replies = java.util.Collections.synchronizedList(new ArrayList<>());

    @Override
    public void with(CannedTalk.Peer device) throws IOException, InterruptedException {
        device.upgrade();
        versions.add(device.version());
        new Session(device).run();
    }

    private final class Session {

        private final CannedTalk.Peer device;
        private final List<byte[]> heard = new ArrayList<>();
        private boolean loud;
        private int quiet;

        Session(CannedTalk.Peer device) {
            this.device = device;
        }

        void run() throws IOException, InterruptedException {
            while (true) {
                CannedTalk.Frame frame = device.next();
                switch (frame.opcode()) {
                    case 1 -> text(frame.text());
                    case 2 -> audio(StrictAudio.packet(device.version(), frame.payload(), w -> {}));
                    case 8 -> {
                        device.close(1000);
                        return;
                    }
                    case 9 -> device.frame(0x8a, frame.payload());
                    default -> {}
                }
            }
        }

        private void text(String text) throws IOException, InterruptedException {
            if (text.contains("\"type\":\"hello\"")) {
                device.text(CannedTalk.HELLO);
                device.text(
                        "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":1,"
                                + "\"method\":\"tools/list\",\"params\":{}}}");
            } else if (text.contains("\"type\":\"abort\"")) {
                aborts.incrementAndGet();
            } else if (text.contains("\"type\":\"mcp\"")) {
                replies.add(text);
            } else if (text.contains("\"state\":\"detect\"")) {
                detects.incrementAndGet();
                heard.clear();
                loud = false;
            } else if (text.contains("\"state\":\"stop\"")) {
                answer();
            }
        }

        private void audio(byte[] packet) throws IOException, InterruptedException {
            heard.add(packet);
            quiet = packet.length < QUIET ? quiet + 1 : 0;
            loud |= quiet == 0;
            if (loud && quiet >= QUIET_PACKETS) {
                answer();
            }
        }

        private void answer() throws IOException, InterruptedException {
            device.text("{\"type\":\"stt\",\"text\":\"…\"}");
            device.text("{\"type\":\"llm\",\"emotion\":\"happy\",\"text\":\"😊\"}");
            device.text("{\"type\":\"tts\",\"state\":\"start\"}");
            device.text("{\"type\":\"tts\",\"state\":\"sentence_start\",\"text\":\"…\"}");
            for (byte[] packet : heard.subList(0, Math.min(heard.size(), 20))) {
                device.binary(StrictAudio.frame(device.version(), packet));
                Thread.sleep(1);
            }
            device.text("{\"type\":\"tts\",\"state\":\"stop\"}");
            heard.clear();
            loud = false;
            quiet = 0;
        }
    }
}
