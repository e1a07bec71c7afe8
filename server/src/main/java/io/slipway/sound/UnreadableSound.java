package io.slipway.sound;

/** A recording that can't be used. */
public final class UnreadableSound extends Exception {

    private final String why;

    UnreadableSound(String why) {
        super(why);
        this.why = why;
    }

    /** The rest of a sentence that begins with the file's name. */
    public String why() {
        return why;
    }
}
