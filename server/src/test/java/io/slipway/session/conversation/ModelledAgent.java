package io.slipway.session.conversation;

import io.slipway.session.TestBackend;

/** An agent of the server's owner, as the model knows it. */
final class ModelledAgent {

    /** Its kind of backend. */
    enum Kind {
        ECHO(10),
        ANSWERS(7),
        RUDE(4),
        STALLS(1),
        SILENT(1),
        /** A port where nothing listens. */
        NOBODY(1);

        final int weight;

        Kind(int weight) {
            this.weight = weight;
        }

        TestBackend.Manner manner() {
            return switch (this) {
                case ANSWERS -> TestBackend.Manner.ANSWERS;
                case RUDE -> TestBackend.Manner.RUDE;
                case STALLS -> TestBackend.Manner.STALLS;
                case SILENT -> TestBackend.Manner.SILENT;
                case ECHO, NOBODY -> throw new IllegalArgumentException("no backend: " + this);
            };
        }

        boolean relayed() {
            return this != ECHO && this != NOBODY;
        }
    }

    final String id;

    /** Whether its chat history is stored. */
    final boolean keeps;

    volatile Kind kind;
    volatile boolean deleted;

    ModelledAgent(String id, boolean keeps) {
        this.id = id;
        this.keeps = keeps;
    }

    @Override
    public String toString() {
        return kind + (keeps ? "+history" : "") + (deleted ? " (deleted)" : "");
    }
}
