package io.slipway.bench;

/** The benchmark can't go on; the message is one line for whoever runs it. */
final class BenchFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    BenchFailure(String message) {
        super(message);
    }
}
