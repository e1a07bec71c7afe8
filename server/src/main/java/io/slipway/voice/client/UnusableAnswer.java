package io.slipway.voice.client;

/** What a provider sent can't be used. */
final class UnusableAnswer extends Exception {

    private final VoiceFault fault;
    private final String detail;

    UnusableAnswer(VoiceFault fault, String detail) {
        // No stack trace: it is another program's fault.
        super(detail, null, false, false);
        this.fault = fault;
        this.detail = detail;
    }

    static UnusableAnswer unreadable(String detail) {
        return new UnusableAnswer(VoiceFault.UNREADABLE, detail);
    }

    static UnusableAnswer tooLarge(String detail) {
        return new UnusableAnswer(VoiceFault.TOO_LARGE, detail);
    }

    VoiceFault fault() {
        return fault;
    }

    String detail() {
        return detail;
    }
}
