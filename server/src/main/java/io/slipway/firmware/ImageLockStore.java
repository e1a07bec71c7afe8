package io.slipway.firmware;

import io.slipway.sql.Tx;

/** The table {@code build_busy}. */
final class ImageLockStore {

    private ImageLockStore() {}

    /** False while another holder has the file. */
    static boolean take(Tx tx, String sha256, String holder, long now, long expiresAt) {
        return tx.update(
                                """
                                INSERT INTO build_busy (sha256, holder, expires_at)
                                VALUES (:sha, :holder, :expires)
                                ON CONFLICT (sha256) DO UPDATE
                                SET holder = excluded.holder, expires_at = excluded.expires_at
                                WHERE build_busy.expires_at < :now
                                    OR build_busy.expires_at > :ahead
                                """)
                        .bind("sha", sha256)
                        .bind("holder", holder)
                        .bind("now", now)
                        .bind("expires", expiresAt)
                        // A lock taken by a clock that was ahead would last until then.
                        .bind("ahead", expiresAt + 60_000)
                        .execute()
                == 1;
    }

    static void leave(Tx tx, String sha256, String holder) {
        tx.update("DELETE FROM build_busy WHERE sha256 = :sha256 AND holder = :holder")
                .bind("sha256", sha256)
                .bind("holder", holder)
                .execute();
    }

    /** Releases the locks of a process that is gone. */
    static void leaveAll(Tx tx) {
        tx.update("DELETE FROM build_busy").execute();
    }

    static boolean busy(Tx tx, String sha256, long now) {
        return tx.query("SELECT 1 FROM build_busy WHERE sha256 = :sha256 AND expires_at >= :now")
                .bind("sha256", sha256)
                .bind("now", now)
                .mapTo(Long.class)
                .findFirst()
                .isPresent();
    }
}
