package io.slipway.bench;

/** The benchmark can't continue; the message is one line for the person who runs it. */
public final class BenchFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    public BenchFailure(String message) {
        this(1, message);
    }

    /**
     * @param exitCode 2 for invalid usage
     */
    public BenchFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
