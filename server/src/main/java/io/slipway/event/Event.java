package io.slipway.event;

/**
 * Something that happened.
 *
 * @param id grows with time
 * @param at epoch milliseconds
 * @param accountId whose feed it belongs to; {@code ""} for administrators only
 * @param rolloutId {@code ""} for none, as for the build and the MAC
 * @param data a JSON object
 */
record Event(
        long id,
        long at,
        EventType type,
        String accountId,
        String rolloutId,
        String buildId,
        String mac,
        String data) {}
