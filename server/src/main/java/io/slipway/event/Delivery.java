package io.slipway.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * One event for one webhook.
 *
 * @param id by which the receiver knows it, the same for each attempt
 * @param eventId 0 for a test
 * @param type the event's wire name
 * @param createdAt epoch milliseconds
 * @param updatedAt epoch milliseconds
 */
record Delivery(
        long id,
        String webhookId,
        long eventId,
        String type,
        DeliveryProgress progress,
        long createdAt,
        long updatedAt) {

    /**
     * How far it has come.
     *
     * @param attempts made or begun
     * @param dueAt when it may be sent, epoch milliseconds
     * @param status of the last attempt's answer; 0 for none
     * @param error of the last attempt; {@code ""} for none
     */
    record DeliveryProgress(
            DeliveryState state, int attempts, long dueAt, int status, String error) {}

    /** The state of a delivery. */
    enum DeliveryState {
        WAITING(0),
        DELIVERED(1),
        DEAD(2);

        private final int number;

        DeliveryState(int number) {
            this.number = number;
        }

        /** The name in the API. */
        @JsonValue
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** In the table. */
        int number() {
            return number;
        }

        static DeliveryState of(int number) {
            return switch (number) {
                case 0 -> WAITING;
                case 1 -> DELIVERED;
                case 2 -> DEAD;
                default -> throw new IllegalArgumentException("no such state: " + number);
            };
        }
    }
}
