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
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (pair) DO UPDATE SET board = excluded.board,
                    version = excluded.version, language = excluded.language,
                    ended_at = excluded.ended_at\
                """,
                bind -> {
                    bind.setString(1, device.pairKey());
                    bind.setString(2, device.board());
                    bind.setString(3, device.version());
                    bind.setString(4, device.language());
                    bind.setLong(5, now);
                });
    }

    static Optional<Devices.LastReport> find(Tx tx, String pairKey) {
        return tx.first(
                "SELECT board, version, language FROM device_former WHERE pair = ?",
                bind -> bind.setString(1, pairKey),
                row ->
                        new Devices.LastReport(
                                row.getString("board"),
                                row.getString("version"),
                                row.getString("language")));
    }

    static int forgetBefore(Tx tx, long time, int limit) {
        return tx.handle()
                .execute(
                        """
                        DELETE FROM device_former WHERE pair IN
                          (SELECT pair FROM device_former WHERE ended_at < ? LIMIT ?)
                        """,
                        time,
                        limit);
    }
}
