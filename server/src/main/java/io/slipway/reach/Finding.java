package io.slipway.reach;

import io.slipway.text.Sentence;

/**
 * Something that keeps devices from reaching this server, or that a person should know.
 *
 * @param kind for programs
 * @param broken whether what devices are given does not work, as far as this can be known
 * @param todo what to do about it
 */
record Finding(String kind, boolean broken, Sentence text, Sentence todo) {

    static Finding broken(String kind, Sentence text, Sentence todo) {
        return new Finding(kind, true, text, todo);
    }

    static Finding note(String kind, Sentence text, Sentence todo) {
        return new Finding(kind, false, text, todo);
    }
}
