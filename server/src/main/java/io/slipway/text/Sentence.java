package io.slipway.text;

/** One sentence for people, in Chinese and in English. */
public record Sentence(String zh, String en) {

    public Sentence {
        if (zh.isBlank() || en.isBlank()) {
            throw new IllegalArgumentException("a sentence must not be blank in either language");
        }
    }
}
