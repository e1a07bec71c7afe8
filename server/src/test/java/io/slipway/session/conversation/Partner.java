package io.slipway.session.conversation;

import io.slipway.simulator.talk.TalkMode;
import java.util.List;

/**
 * A model of what a device talks to: each method does what the device does and waits for the
 * expected reaction, or throws an AssertionError. Not thread-safe.
 */
interface Partner {

    /** Sends packets. */
    void speak(List<byte[]> packets);

    /** The device has just sent a packet in an unusual form. */
    void sent(byte[] packet);

    /** The device detected its wake word, which interrupts an answer. */
    void wake(List<byte[]> packets, String word);

    void listen(TalkMode mode);

    void stop();

    /**
     * The device has reported its wake word.
     *
     * @param mark what had been received before
     * @param text the expected echo; {@code null} if unknown
     */
    void detected(int mark, String text);

    void abort(boolean wakeWord);

    /** Waits for the end of the current answer. */
    void hearOut();

    /** Waits until everything expected has arrived, and checks that nothing else has. */
    void settle();

    /** Whether nothing more is expected. */
    boolean quiet();

    /** How many packets make a question that gets an answer. */
    int enough();
}
