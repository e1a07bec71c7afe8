package io.slipway.device;

import io.slipway.sql.Tx;
import java.util.Optional;

/** The table {@code device_former}. */
final class FormerStore {

    private FormerStore() {}

    static void remember(Tx tx, Device device, long now) {
        tx.update(
                        """
                        INSERT INTO device_former (pair, board, version, language, ended_at)
                        VALUES (:pairKey, :board, :version, :language, :now)
                        ON CONFLICT (pair) DO UPDATE SET board = excluded.board,
                            version = excluded.version, language = excluded.language,
                            ended_at = excluded.ended_at
                        """)
                .bind("pairKey", device.owner().pairKey())
                .bind("board", device.report().board())
                .bind("version", device.report().version())
                .bind("language", device.report().language())
                .bind("now", now)
                .execute();
    }

    static Optional<Devices.LastReport> find(Tx tx, String pairKey) {
        return tx.query("SELECT board, version, language FROM device_former WHERE pair = :pairKey")
                .bind("pairKey", pairKey)
                .map((row, context) ->
                        new Devices.LastReport(
                                row.getString("board"),
                                row.getString("version"),
                                row.getString("language")))
                .findFirst();
    }

    static int forgetBefore(Tx tx, long time, int limit) {
        return tx.update(
                        """
                        DELETE FROM device_former WHERE pair IN
                          (SELECT pair FROM device_former WHERE ended_at < :time LIMIT :limit)
                        """)
                .bind("time", time)
                .bind("limit", limit)
                .execute();
    }
}
