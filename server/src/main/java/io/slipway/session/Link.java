package io.slipway.session;

import io.slipway.protocol.socket.AudioParams;
import io.slipway.protocol.socket.DeviceMessage;

/**
 * A session's way to its voice backend. Lives on the session's event loop and never blocks it.
 *
 * <p>After {@link #open} it calls {@link LinkListener#ready} or {@link LinkListener#failed} once;
 * after {@code ready} perhaps {@link LinkListener#lost} or {@link LinkListener#done}, once. After
 * {@link #close} it calls nothing.
 */
interface Link {

    /** What a link tells its session. */
    interface LinkListener {

        /** The backend is there and will send speech of this kind. */
        void ready(AudioParams speech);

        /** The backend can't be reached. */
        void failed(String why);

        /** The backend was there and is gone. */
        void lost(String why);

        /** The backend has ended the conversation in good order. */
        void done();

        /** A text for the device on which no firmware breaks. */
        void text(String text);

        /** Speech for the device, in the layout of its connection. */
        void audio(byte[] frame);

        /** What somebody said, for the chat history. */
        void transcribed(boolean byDevice, String text);

        /** The backend can take more again. */
        void drained();
    }

    void open(DeviceMessage.Hello hello);

    /**
     * A message that is not the session's own business.
     *
     * @param raw the text as it came
     */
    void text(DeviceMessage message, String raw);

    /** A frame of speech, in the layout of the device's connection. */
    void audio(byte[] frame);

    /** Whether the backend takes no more; {@link LinkListener#drained} says when it does. */
    boolean full();

    /** The device takes no more: let the backend wait. */
    void hold();

    /** The device takes more again. */
    void release();

    void close();
}
