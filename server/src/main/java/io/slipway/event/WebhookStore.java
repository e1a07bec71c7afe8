package io.slipway.event;

import io.slipway.keys.MasterKey;
import io.slipway.sql.Tx;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table {@code webhook}. */
final class WebhookStore {

    private static final String PURPOSE = "webhook:";

    /** A webhook and how far its events have been read. */
    record ReadPosition(Webhook webhook, long readTo, long sweptTo) {}

    private final MasterKey master;

    /**
     * @param master encrypts the secrets
     */
    WebhookStore(MasterKey master) {
        this.master = master;
    }

    void insert(Tx tx, Webhook webhook, String secret, long from) {
        tx.update(
                        """
                        INSERT INTO webhook (id, account_id, url, types, many, rollout_id,
                          every_account, active, off_reason, secret, former_secret, former_until,
                          read_to, swept_to, dead_in_row, created_at, updated_at)
                        VALUES (:id, :account, :url, :types, :many, :rollout, :every, :active, '',
                          :secret, '', 0, :from, :from, 0, :created, :updated)
                        """)
                .bind("id", webhook.id())
                .bind("account", webhook.accountId())
                .bind("url", webhook.url())
                .bind("types", joined(webhook))
                .bind("many", webhook.wanted().many() ? 1 : 0)
                .bind("rollout", webhook.wanted().rolloutId())
                .bind("every", webhook.wanted().everyAccount() ? 1 : 0)
                .bind("active", webhook.active() ? 1 : 0)
                .bind("secret", sealed(webhook.id(), secret))
                .bind("from", from)
                .bind("created", webhook.createdAt())
                .bind("updated", webhook.updatedAt())
                .execute();
    }

    void update(Tx tx, Webhook webhook) {
        tx.update(
                        """
                        UPDATE webhook SET url = :url, types = :types, many = :many,
                          rollout_id = :rollout, every_account = :every, active = :active,
                          off_reason = :reason, updated_at = :updated WHERE id = :id
                        """)
                .bind("url", webhook.url())
                .bind("types", joined(webhook))
                .bind("many", webhook.wanted().many() ? 1 : 0)
                .bind("rollout", webhook.wanted().rolloutId())
                .bind("every", webhook.wanted().everyAccount() ? 1 : 0)
                .bind("active", webhook.active() ? 1 : 0)
                .bind("reason", webhook.offReason())
                .bind("updated", webhook.updatedAt())
                .bind("id", webhook.id())
                .execute();
    }

    /** Only events from now on count, and the count of dead letters is reset. */
    void restart(Tx tx, String id, long from) {
        tx.update(
                        """
                        UPDATE webhook SET read_to = :from, swept_to = :from, dead_in_row = 0
                        WHERE id = :id
                        """)
                .bind("from", from)
                .bind("id", id)
                .execute();
    }

    Optional<Webhook> find(Tx tx, String accountId, String id) {
        return tx.query("SELECT * FROM webhook WHERE id = :id AND account_id = :account")
                .bind("id", id)
                .bind("account", accountId)
                .map((row, context) -> webhook(row))
                .findOne();
    }

    /** Others who lock it wait until this transaction ends. */
    Optional<ReadPosition> lock(Tx tx, String id) {
        return tx.query("UPDATE webhook SET updated_at = updated_at WHERE id = :id RETURNING *")
                .bind("id", id)
                .map((row, context) ->
                        new ReadPosition(
                                webhook(row), row.getLong("read_to"), row.getLong("swept_to")))
                .findOne();
    }

    /** Newest first, those below {@code before}. */
    List<Webhook> list(Tx tx, String accountId, String before, int limit) {
        return tx.query(
                        """
                        SELECT * FROM webhook WHERE account_id = :account AND id < :before
                        ORDER BY id DESC LIMIT :limit
                        """)
                .bind("account", accountId)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> webhook(row))
                .list();
    }

    long count(Tx tx, String accountId) {
        return tx.query("SELECT count(*) FROM webhook WHERE account_id = :account")
                .bind("account", accountId)
                .mapTo(Long.class)
                .one();
    }

    void delete(Tx tx, String id) {
        tx.update("DELETE FROM webhook WHERE id = :id").bind("id", id).execute();
    }

    /** Those that may not have read all events they want. */
    List<String> behind(Tx tx, long lastFew, long last) {
        return tx.query(
                        """
                        SELECT id FROM webhook WHERE active = 1
                            AND ((many = 0 AND read_to < :lastFew) OR (many = 1 AND read_to < :last))
                        """)
                .bind("lastFew", lastFew)
                .bind("last", last)
                .mapTo(String.class)
                .list();
    }

    /** Those that have not been swept up to what they have read, or to {@code bound}. */
    List<String> unswept(Tx tx, long bound) {
        return tx.query(
                        """
                        SELECT id FROM webhook
                        WHERE active = 1 AND swept_to < read_to AND swept_to < :bound
                        """)
                .bind("bound", bound)
                .mapTo(String.class)
                .list();
    }

    /** Those with due deliveries. */
    List<String> due(Tx tx, long now) {
        return tx.query(
                        """
                        SELECT id FROM webhook w WHERE active = 1 AND EXISTS
                            (SELECT 1 FROM delivery d
                             WHERE d.webhook_id = w.id AND d.state = 0 AND d.due_at <= :now)
                        """)
                .bind("now", now)
                .mapTo(String.class)
                .list();
    }

    void readTo(Tx tx, String id, long to) {
        tx.update("UPDATE webhook SET read_to = :to WHERE id = :id")
                .bind("to", to)
                .bind("id", id)
                .execute();
    }

    void sweptTo(Tx tx, String id, long to) {
        tx.update("UPDATE webhook SET swept_to = :to WHERE id = :id")
                .bind("to", to)
                .bind("id", id)
                .execute();
    }

    /**
     * Counts another dead letter; returns how many there are since the last successful delivery.
     */
    long died(Tx tx, String id) {
        return tx.query(
                        """
                        UPDATE webhook SET dead_in_row = dead_in_row + 1 WHERE id = :id
                        RETURNING dead_in_row
                        """)
                .bind("id", id)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
    }

    void arrived(Tx tx, String id) {
        tx.update("UPDATE webhook SET dead_in_row = 0 WHERE id = :id AND dead_in_row <> 0")
                .bind("id", id)
                .execute();
    }

    void switchOff(Tx tx, String id, String reason, long now) {
        tx.update(
                        """
                        UPDATE webhook SET active = 0, off_reason = :reason, updated_at = :now
                        WHERE id = :id
                        """)
                .bind("reason", reason)
                .bind("now", now)
                .bind("id", id)
                .execute();
    }

    /** Sets a new secret; the previous one also signs until {@code formerUntil}. */
    void rotate(Tx tx, String id, String secret, long formerUntil) {
        tx.update(
                        """
                        UPDATE webhook
                        SET former_secret = secret, former_until = :formerUntil, secret = :secret
                        WHERE id = :id
                        """)
                .bind("formerUntil", formerUntil)
                .bind("secret", sealed(id, secret))
                .bind("id", id)
                .execute();
    }

    /** The secrets in use now, newest first. */
    List<String> secrets(Tx tx, String id, long now) {
        return tx.query("SELECT secret, former_secret, former_until FROM webhook WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> {
                    boolean former = row.getLong(3) > now && !row.getString(2).isEmpty();
                    return former
                            ? List.of(opened(id, row.getString(1)), opened(id, row.getString(2)))
                            : List.of(opened(id, row.getString(1)));
                })
                .one();
    }

    private static String joined(Webhook webhook) {
        return webhook.wanted().types().stream()
                .map(EventType::wire)
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static Webhook webhook(ResultSet row) throws SQLException {
        return new Webhook(
                row.getString("id"),
                row.getString("account_id"),
                row.getString("url"),
                new Webhook.WantedEvents(
                        Stream.of(row.getString("types").split(","))
                                .map(EventType::of)
                                .flatMap(Optional::stream)
                                .collect(Collectors.toSet()),
                        row.getString("rollout_id"),
                        row.getLong("every_account") == 1),
                row.getLong("active") == 1,
                row.getString("off_reason"),
                row.getLong("created_at"),
                row.getLong("updated_at"));
    }

    // Bound to this webhook: useless if copied to another's row.
    private String sealed(String id, String secret) {
        return master.seal(PURPOSE + id, secret.getBytes(StandardCharsets.US_ASCII));
    }

    private String opened(String id, String sealed) {
        return new String(master.open(PURPOSE + id, sealed), StandardCharsets.US_ASCII);
    }
}
