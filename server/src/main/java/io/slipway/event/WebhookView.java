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
 * A webhook, as seen by its owner.
 *
 * @param rolloutId null for all rollouts
 * @param secret null except when it is created; an owner who lost it creates a new one
 */
record WebhookView(
        @Shape(pattern = Shape.ID) String id,
        String url,
        @Described("空为与升级和固件有关的全部 · empty: everything about rollouts and builds")
                List<EventType> types,
        @Nullable String rolloutId,
        @Described("所有账号的事件 · events of all accounts") boolean everyAccount,
        @Inlined Activity activity,
        @Inlined ChangeTimes times,
        @Described("签名密钥，只给出一次 · the signing secret, returned only once") @Omitted
                @Nullable String secret) {

    /**
     * Whether it receives events.
     *
     * @param offReason null unless the server disabled it
     */
    record Activity(
            boolean active,
            @Described("被自动停用的原因 · why it was disabled automatically")
                    @Nullable String offReason) {}

    /** When it was created and last changed. */
    record ChangeTimes(Instant createdAt, Instant updatedAt) {}

    /** The signing secret. */
    record WebhookSecretView(@Shape(pattern = "^[0-9a-f]{64}$") String secret) {}

    /**
     * The delivery of one event to a webhook.
     *
     * @param eventId null for a test
     * @param nextAt null unless it is waiting
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

    /** Of the last attempt; null if there was none. */
    record LastResult(
            @Described("对方最近的 HTTP 状态 · HTTP status of the last response") @Nullable Integer status,
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
