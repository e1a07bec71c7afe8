package io.slipway.lists;

import io.slipway.text.Sentence;

/** A file that can't be read as a list at all. */
public final class UnreadableList extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Sentence reason;

    UnreadableList(String zh, String en) {
        super(en);
        reason = new Sentence(zh, en);
    }

    /** Why, for people. */
    public Sentence reason() {
        return reason;
    }
}
