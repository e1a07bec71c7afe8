package io.slipway.simulator.count;

/**
 * Something that was seen once or often.
 *
 * @param rule of the device contract, or the kind of trouble
 * @param count how often
 * @param what the first time
 * @param mac the device it first happened to, {@code ""} if to none
 */
public record Finding(String rule, long count, String what, String mac) {

    @Override
    public String toString() {
        String where = mac.isEmpty() ? "" : " (" + mac + ")";
        return rule + " ×" + count + ": " + what + where;
    }
}
