package io.slipway.simulator.count;

/**
 * Something that happened once or repeatedly.
 *
 * @param rule of the device contract, or the kind of trouble
 * @param count how often
 * @param what happened the first time
 * @param mac the device it first happened to, {@code ""} for none
 */
public record Finding(String rule, long count, String what, String mac) {

    @Override
    public String toString() {
        String where = mac.isEmpty() ? "" : " (" + mac + ")";
        return rule + " ×" + count + ": " + what + where;
    }
}
