package io.slipway.session.conversation;

import io.slipway.simulator.talk.TalkMode;
import java.util.List;

/**
 * What a device talks to, as a model: each method does what the device does and waits for what must
 * come of it, or throws an AssertionError. Not thread-safe.
 */
interface Partner {

    /** Sends packets. */
    void speak(List<byte[]> packets);

    /** The device has just sent a packet in some odd form. */
    void sent(byte[] packet);

    /** The device heard its wake word, which ends an answer that it gives. */
    void wake(List<byte[]> packets, String word);

    void listen(TalkMode mode);

    void stop();

    /**
     * The device has said that it heard its wake word.
     *
     * @param mark what had been received before
     * @param text as it must come back; {@code null} when nobody can tell
     */
    void detected(int mark, String text);

    void abort(boolean wakeWord);

    /** Waits for the end of an answer that is going on. */
    void hearOut();

    /** Waits until all has come that must come, and checks that nothing else has. */
    void settle();

    /** Whether nothing more comes by itself. */
    boolean quiet();

    /** Whether the packets of a question, and how many, are worth an answer. */
    int enough();
}
