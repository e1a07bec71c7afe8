package io.slipway.text;

/** One sentence for people, in Chinese and in English. */
public record Sentence(String zh, String en) {

    public Sentence {
        if (zh.isBlank() || en.isBlank()) {
            throw new IllegalArgumentException("a sentence says something in both languages");
        }
    }
}
