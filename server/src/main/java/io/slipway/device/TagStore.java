package io.slipway.device;

import io.slipway.http.Json;
import io.slipway.sql.Tx;
import java.util.List;

/** The table {@code device_tag}, and the copy of the tags in {@code device}. */
final class TagStore {

    private TagStore() {}

    /** Replaces a device's labels. */
    static void replace(Tx tx, Device device) {
        Labels labels = device.choices().labels();
        tx.update("UPDATE device SET channel = :channel, tags = :tags WHERE id = :id")
                .bind("channel", labels.channel())
                .bind("tags", Json.text(labels.tags()))
                .bind("id", device.id())
                .execute();
        forget(tx, device.id());
        tx.batch(
                "INSERT INTO device_tag (account_id, tag, device) VALUES (?, ?, ?)",
                labels.tags(),
                (insert, tag) -> {
                    insert.setString(1, device.owner().accountId());
                    insert.setString(2, tag);
                    insert.setLong(3, device.id());
                });
    }

    static void forget(Tx tx, long deviceId) {
        tx.update("DELETE FROM device_tag WHERE device = :deviceId")
                .bind("deviceId", deviceId)
                .execute();
    }

    /** An account's tags in order after the given one, from the index alone. */
    static List<Tags.TagCount> counts(Tx tx, String accountId, String after, int limit) {
        return tx.query(
                        """
                        SELECT tag, count(*) FROM device_tag
                        WHERE account_id = :accountId AND tag > :after
                        GROUP BY tag ORDER BY tag LIMIT :limit
                        """)
                .bind("accountId", accountId)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new Tags.TagCount(row.getString(1), row.getLong(2)))
                .list();
    }
}
