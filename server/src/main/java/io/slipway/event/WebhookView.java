package io.slipway.event;

import io.slipway.event.Delivery.DeliveryState;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Omitted;
import io.slipway.http.schema.Shape;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as its owner sees it.
 *
 * @param rolloutId null for all
 * @param secret null but when it is made: whoever lost his makes another
 */
record WebhookView(
        @Shape(pattern = Shape.ID) String id,
        String url,
        @Described("空为与升级和固件有关的全部 · empty for all about rollouts and builds") List<EventType> types,
        @Nullable String rolloutId,
        @Described("所有账号的事件 · events of all accounts") boolean everyAccount,
        @Inlined Activity activity,
        @Inlined ChangeTimes times,
        @Described("签名密钥，只给出一次 · the key of signatures, given once") @Omitted
                @Nullable String secret) {

    /**
     * Whether it is told anything.
     *
     * @param offReason null unless the server itself switched it off
     */
    record Activity(
            boolean active,
            @Described("被自动停用的原因 · why it was switched off by itself")
                    @Nullable String offReason) {}

    /** When it was made, and changed last. */
    record ChangeTimes(Instant createdAt, Instant updatedAt) {}

    /** The key of signatures. */
    record WebhookSecretView(@Shape(pattern = "^[0-9a-f]{64}$") String secret) {}

    /**
     * One event on its way to a webhook.
     *
     * @param eventId null for a test
     * @param nextAt null unless it waits
     */
    record DeliveryView(
            String id,
            @Described("测试时为 null · null for a test") @Nullable String eventId,
            @Shape(constants = EventType.class, values = EventView.TEST) String type,
            DeliveryState state,
            int attempts,
            @Nullable Instant nextAt,
            @Inlined LastResult last,
            @Inlined ChangeTimes times) {

        static DeliveryView of(Delivery delivery) {
            Delivery.DeliveryProgress progress = delivery.progress();
            boolean waits = progress.state() == DeliveryState.WAITING;
            return new DeliveryView(
                    Long.toString(delivery.id()),
                    delivery.eventId() == 0 ? null : Long.toString(delivery.eventId()),
                    delivery.type(),
                    progress.state(),
                    progress.attempts(),
                    waits ? Instant.ofEpochMilli(progress.dueAt()) : null,
                    new LastResult(
                            progress.status() == 0 ? null : progress.status(),
                            progress.error().isEmpty() ? null : progress.error()),
                    new ChangeTimes(
                            Instant.ofEpochMilli(delivery.createdAt()),
                            Instant.ofEpochMilli(delivery.updatedAt())));
        }
    }

    /** Of the last attempt; null for none. */
    record LastResult(
            @Described("对方最近的 HTTP 状态 · HTTP status of the last answer") @Nullable Integer status,
            @Nullable String error) {}

    static WebhookView of(Webhook webhook) {
        return of(webhook, null);
    }

    static WebhookView of(Webhook webhook, @Nullable String secret) {
        Webhook.WantedEvents wanted = webhook.wanted();
        return new WebhookView(
                webhook.id(),
                webhook.url(),
                wanted.types().stream().sorted(Comparator.comparing(EventType::wire)).toList(),
                wanted.rolloutId().isEmpty() ? null : wanted.rolloutId(),
                wanted.everyAccount(),
                new Activity(
                        webhook.active(),
                        webhook.offReason().isEmpty() ? null : webhook.offReason()),
                new ChangeTimes(
                        Instant.ofEpochMilli(webhook.createdAt()),
                        Instant.ofEpochMilli(webhook.updatedAt())),
                secret);
    }
}
