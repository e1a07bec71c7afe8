package io.slipway.event;

import java.util.Map;

/**
 * Something that has happened.
 *
 * @param accountId whose feed it belongs to; {@code ""} for administrators only
 * @param rolloutId {@code ""} for none
 * @param buildId {@code ""} for none
 * @param mac of the device, {@code ""} for none
 * @param data machine-readable facts: texts, numbers, lists and maps of them; as JSON at most
 *     {@link #MAX_DATA} bytes
 */
public record NewEvent(
        EventType type,
        String accountId,
        String rolloutId,
        String buildId,
        String mac,
        Map<String, Object> data) {

    /** The maximum size of {@code data} as JSON, in bytes. */
    public static final int MAX_DATA = 4 * 1024;

    private static final int MAX_ID = 64;

    public NewEvent {
        data = Map.copyOf(data);
        for (String id : new String[] {accountId, rolloutId, buildId, mac}) {
            if (id.length() > MAX_ID) {
                throw new IllegalArgumentException("not an id: " + id);
            }
        }
    }
}
