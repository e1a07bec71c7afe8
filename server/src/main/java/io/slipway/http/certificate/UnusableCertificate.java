package io.slipway.http.certificate;

import io.slipway.text.Sentence;

/** Files that a server can't be run with, and why. */
public final class UnusableCertificate extends Exception {

    private final transient Sentence why;

    UnusableCertificate(String zh, String en) {
        super(en);
        this.why = new Sentence(zh, en);
    }

    /** The reason, which contains nothing of the key. */
    public Sentence why() {
        return why;
    }
}
