package io.slipway.simulator.update;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * How a build behaves on simulated devices, stored in the image right after its description: so a
 * broken build can be uploaded and rolled out like any other, and a device learns it from the bytes
 * that it has downloaded.
 *
 * @param board the only one on which it misbehaves, {@code ""} for all
 */
public record Marker(Behaviour behaviour, String board) {

    /** Its offset in a file. */
    static final int OFFSET = 288;

    /** This many bytes of a file are enough to read it. */
    static final int END = OFFSET + 256;

    public static final Marker NONE = new Marker(Behaviour.GOOD, "");

    private static final String WORD = "slipway-simulator ";

    byte[] bytes() {
        return this.equals(NONE)
                ? new byte[0]
                : (WORD + behaviour.label() + " " + board + "\0").getBytes(UTF_8);
    }

    /**
     * @param head the file's beginning
     */
    public static Marker read(byte[] head, int length) {
        int end = Math.min(length, END);
        if (end <= OFFSET) {
            return NONE;
        }
        String text = new String(head, OFFSET, end - OFFSET, ISO_8859_1);
        int close = text.indexOf('\0');
        if (!text.startsWith(WORD) || close < 0) {
            return NONE;
        }
        String[] parts = text.substring(WORD.length(), close).split(" ", 2);
        return Behaviour.labelled(parts[0])
                .map(behaviour -> new Marker(behaviour, parts.length < 2 ? "" : parts[1]))
                .orElse(NONE);
    }

    Behaviour on(String where) {
        return board.isEmpty() || board.equals(where) ? behaviour : Behaviour.GOOD;
    }
}
