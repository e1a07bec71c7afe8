package io.slipway.event;

import io.slipway.account.Caller;
import io.slipway.account.Removal;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.Map;

/** Deletes the webhooks of a deleted account, with their pending deliveries. */
final class WebhookRemoval implements Removal {

    private static final int CHUNK = 100;

    private final Webhooks webhooks;

    WebhookRemoval(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    @Override
    public Map<String, Long> holds(Tx tx, String accountId) {
        return Map.of("webhooks", webhooks.count(tx, accountId));
    }

    @Override
    public void remove(Caller deleted) {
        List<Webhook> chunk;
        do {
            chunk = webhooks.list(deleted, null, CHUNK);
            chunk.forEach(webhook -> webhooks.delete(deleted, webhook.id()));
        } while (!chunk.isEmpty());
    }
}
