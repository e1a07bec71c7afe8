package io.slipway.session;

import io.slipway.history.ChatLog.Speaker;
import io.slipway.protocol.socket.AudioParams;
import io.slipway.protocol.socket.DeviceMessage;

/**
 * A session's way to its voice backend. Lives on the session's event loop and never blocks it.
 *
 * <p>After {@link #open} it calls {@link LinkListener#ready}, {@link LinkListener#failed} or {@link
 * LinkListener#unsuitable} once; after {@code ready} perhaps {@link LinkListener#lost} or {@link
 * LinkListener#done}, once. After {@link #close} it calls nothing.
 */
interface Link {

    /** Callbacks from a link to its session. */
    interface LinkListener {

        /** The backend is connected and will send speech of this kind. */
        void ready(AudioParams speech);

        /** The backend can't be reached; the link has logged why. */
        void failed();

        /**
         * The backend's hello announces what the device does not take; the link has logged it.
         *
         * @param detail the wrong member and its value, for people who know the protocol
         */
        void unsuitable(String detail);

        /** The connection to the backend was lost; the link has logged why. */
        void lost();

        /** The backend has ended the conversation normally. */
        void done();

        /** A text for the device that is safe for any firmware. */
        void text(String text);

        /** Speech for the device, in the layout of its connection. */
        void audio(byte[] frame);

        /** A line of the conversation, for the chat history. */
        void transcribed(Speaker speaker, String text);

        /** The backend accepts data again. */
        void drained();
    }

    void open(DeviceMessage.Hello hello);

    /**
     * A message that the session doesn't handle itself.
     *
     * @param raw the text as received
     */
    void text(DeviceMessage message, String raw);

    /** A frame of speech, in the layout of the device's connection. */
    void audio(byte[] frame);

    /**
     * Whether the backend accepts no more data; {@link LinkListener#drained} reports when it does
     * again.
     */
    boolean full();

    /** The device accepts no more data: pause the backend. */
    void hold();

    /** The device accepts data again. */
    void release();

    void close();
}
