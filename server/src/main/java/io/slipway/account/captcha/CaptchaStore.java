package io.slipway.account.captcha;

import io.slipway.sql.Tx;
import java.util.Optional;

final class CaptchaStore {

    long count(Tx tx, long now) {
        return tx.query("SELECT count(*) FROM captcha WHERE expires_at > :now")
                .bind("now", now)
                .mapTo(Long.class)
                .one();
    }

    /** A new answer for the same id replaces the old one. */
    void put(Tx tx, String id, String answer, String holder, long expiresAt) {
        tx.update(
                        """
                        INSERT INTO captcha (id, answer, holder, expires_at)
                        VALUES (:id, :answer, :holder, :expiresAt)
                        ON CONFLICT (id) DO UPDATE SET answer = excluded.answer,
                          holder = excluded.holder, expires_at = excluded.expires_at
                        """)
                .bind("id", id)
                .bind("answer", answer)
                .bind("holder", holder)
                .bind("expiresAt", expiresAt)
                .execute();
    }

    /** Deletes the oldest one of whoever holds most. */
    void makeRoom(Tx tx) {
        tx.update(
                        """
                        DELETE FROM captcha WHERE id =
                        (SELECT id FROM captcha WHERE holder =
                           (SELECT holder FROM captcha GROUP BY holder
                            ORDER BY count(*) DESC, holder LIMIT 1)
                         ORDER BY expires_at, id LIMIT 1)
                        """)
                .execute();
    }

    /** Whether right or wrong, a captcha can be guessed at only once. */
    Optional<String> take(Tx tx, String id, long now) {
        return tx.query("DELETE FROM captcha WHERE id = :id RETURNING answer, expires_at")
                .bind("id", id)
                .map((row, context) ->
                        row.getLong("expires_at") > now ? row.getString("answer") : "")
                .findOne()
                .filter(answer -> !answer.isEmpty());
    }

    int deleteExpired(Tx tx, long now, int limit) {
        return tx.update(
                        """
                        DELETE FROM captcha WHERE id IN
                        (SELECT id FROM captcha WHERE expires_at <= :now
                         ORDER BY expires_at LIMIT :limit)
                        """)
                .bind("now", now)
                .bind("limit", limit)
                .execute();
    }
}
