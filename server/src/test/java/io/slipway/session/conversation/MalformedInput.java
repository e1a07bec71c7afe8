package io.slipway.session.conversation;

import io.slipway.protocol.socket.AudioLayout;
import io.slipway.simulator.talk.TalkingDevice.Raw;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Invalid input from a device, and the expected reaction. */
enum MalformedInput {
    /** Texts without meaning. */
    MALFORMED {
        @Override
        void say(ModelledConversation call, Random random) {
            noise(random).forEach(call.device::say);
        }
    },
    UNKNOWN_TYPE {
        @Override
        void say(ModelledConversation call, Random random) {
            call.device.say("{\"type\":\"no such thing\",\"state\":\"start\"}");
            call.device.say(
                    "{\"type\":\"iot\",\"update\":true,\"descriptors\":[{\"name\":\"lamp\"}]}");
        }
    },
    SECOND_HELLO {
        @Override
        void say(ModelledConversation call, Random random) {
            call.device.say(call.device.hello().replace("60", "20"));
        }
    },
    /** As firmware concatenates it. */
    NOT_ESCAPED {
        @Override
        void say(ModelledConversation call, Random random) {
            boolean readable = call.kind == ModelledAgent.Kind.ECHO;
            String word = "say \"hi\" \\ now";
            call.detect(word, readable ? word : null);
        }
    },
    LONG_TEXT {
        @Override
        void say(ModelledConversation call, Random random) {
            String word = "很长".repeat(5_000);
            boolean echo = call.kind == ModelledAgent.Kind.ECHO;
            call.detect(word, echo ? word.substring(0, 1_000) : word);
        }
    },
    /** One message in many frames, with a ping in between. */
    TEXT_IN_FRAGMENTS {
        @Override
        void say(ModelledConversation call, Random random) {
            String word = "一句话，分成几段";
            byte[] whole =
                    ("{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"" + word + "\"}")
                            .getBytes(StandardCharsets.UTF_8);
            int mark = call.received.mark();
            fragments(call, TEXT, whole, random);
            call.partner.detected(mark, word);
        }
    },
    AUDIO_IN_FRAGMENTS {
        @Override
        void say(ModelledConversation call, Random random) {
            byte[] packet = Speech.frames(random, 1, 0).getFirst();
            fragments(call, BINARY, layout(call).frame(packet, 0), random);
            call.partner.sent(packet);
        }
    },
    EMPTY_FRAMES {
        @Override
        void say(ModelledConversation call, Random random) {
            call.device.say("");
            call.device.frame(FIN | BINARY, new byte[0]);
            if (layout(call) == AudioLayout.V1) {
                call.partner.sent(new byte[0]);
            }
        }
    },
    /** An empty frame of silence. */
    EMPTY_PACKET {
        @Override
        void say(ModelledConversation call, Random random) {
            call.device.audio(new byte[0]);
            call.partner.sent(new byte[0]);
        }
    },
    /** With a length beyond its end. */
    LYING_FRAME {
        @Override
        void say(ModelledConversation call, Random random) {
            AudioLayout layout = layout(call);
            if (layout != AudioLayout.V1) {
                byte[] good = layout.frame(new byte[] {1, 2, 3, 4}, 0);
                good[good.length - 5] = 90;
                call.device.frame(FIN | BINARY, good);
                call.device.frame(FIN | BINARY, Arrays.copyOf(good, 3));
            }
        }
    },
    PING {
        @Override
        void say(ModelledConversation call, Random random) {
            call.device.frame(FIN | PING_FRAME, new byte[random.nextInt(126)]);
        }
    },
    GOODBYE(true) {
        @Override
        void say(ModelledConversation call, Random random) {
            call.device.say("{\"type\":\"goodbye\"}");
        }
    },
    TOO_LARGE(true) {
        @Override
        void say(ModelledConversation call, Random random) {
            call.device.frame(FIN | (random.nextBoolean() ? TEXT : BINARY), new byte[70_000]);
        }
    },
    /** Of frames that are not too large. */
    TOO_LARGE_A_MESSAGE(true) {
        @Override
        void say(ModelledConversation call, Random random) {
            call.device.frame(BINARY, new byte[50_000]);
            call.device.frame(0, new byte[50_000]);
            call.device.frame(0, new byte[50_000]);
        }
    },
    NO_FRAME(true) {
        @Override
        void say(ModelledConversation call, Random random) {
            int[] bad = {FIN | 3, FIN | 11, 0x40 | FIN | TEXT, PING_FRAME, FIN};
            call.device.frame(bad[random.nextInt(bad.length)], new byte[] {1});
        }
    },
    A_TEXT_WITHIN_A_TEXT(true) {
        @Override
        void say(ModelledConversation call, Random random) {
            call.device.frame(TEXT, new byte[] {'{'});
            call.device.frame(FIN | TEXT, new byte[] {'{', '}'});
        }
    },
    CLOSE_FRAME(true) {
        @Override
        void say(ModelledConversation call, Random random) {
            byte[][] codes = {{}, {3, (byte) 0xe8}, {3}, {0, 7}};
            call.device.frame(FIN | 8, codes[random.nextInt(codes.length)]);
        }
    };

    private static final int FIN = 0x80;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int PING_FRAME = 9;

    private final boolean ends;

    MalformedInput() {
        this(false);
    }

    MalformedInput(boolean ends) {
        this.ends = ends;
    }

    /** Sends it, and tells the model the consequences. */
    abstract void say(ModelledConversation call, Random random);

    /** Whether the session ends. */
    boolean ends() {
        return ends;
    }

    private static AudioLayout layout(ModelledConversation call) {
        return AudioLayout.of(call.modelledDevice.layout);
    }

    // Without gaps: its tools' answers, which the device may send at any time, must not come in
    // between.
    private static void fragments(
            ModelledConversation call, int opcode, byte[] whole, Random random) {
        var frames = new ArrayList<Raw>();
        int at = 0;
        while (at < whole.length) {
            int to = Math.min(whole.length, at + 1 + random.nextInt(40));
            int fin = to == whole.length ? FIN : 0;
            frames.add(new Raw(fin | (at == 0 ? opcode : 0), Arrays.copyOfRange(whole, at, to)));
            if (random.nextInt(3) == 0) {
                frames.add(new Raw(FIN | PING_FRAME, new byte[0]));
            }
            at = to;
        }
        call.device.frames(frames);
    }

    private static final List<String> TEXTS =
            List.of(
                    "",
                    " ",
                    "[]",
                    "null",
                    "{",
                    "{}",
                    "}{",
                    "{\"type\":",
                    "{\"type\":17}",
                    "{\"type\":null}",
                    "{\"typ\":\"listen\"}",
                    "{\"type\":\"listen\"}",
                    "{\"type\":\"listen\",\"state\":\"sideways\"}",
                    "{\"type\":\"listen\",\"state\":{\"state\":\"stop\"}}",
                    "{\"type\":\"mcp\"}",
                    "{\"type\":\"mcp\",\"payload\":[]}",
                    "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":1073741824,\"result\":{}}}",
                    "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":1999999999,\"result\":7}}",
                    "{\"type\":\"mcp\",\"payload\":{\"id\":1999999999,\"method\":\"tools/list\"}}",
                    "\u0000\u0001\u001f",
                    "[".repeat(20_000),
                    "{\"type\":".repeat(5_000),
                    "{\"a\":" + "9".repeat(3_000) + "}");

    /** Some unintelligible texts. */
    static List<String> noise(Random random) {
        var noise = new ArrayList<String>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            noise.add(TEXTS.get(random.nextInt(TEXTS.size())));
        }
        return noise;
    }
}
