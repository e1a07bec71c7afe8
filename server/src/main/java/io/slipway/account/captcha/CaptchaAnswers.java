package io.slipway.account.captcha;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.work.Origin;
import io.slipway.work.Throttles;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;

/** Checks the answers to the captchas of {@link Captchas}, each once. Thread-safe; calls block. */
public final class CaptchaAnswers {

    private final Database database;
    private final InstantSource clock;
    private final CaptchaStore store = new CaptchaStore();

    public CaptchaAnswers(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Checks an answer and consumes the captcha.
     *
     * @param captchaId the uuid it was drawn for
     * @return false when the answer is wrong, or the captcha used or expired
     */
    public boolean solved(String captchaId, String captcha) {
        if (captchaId.isBlank() || captcha.isBlank()) {
            return false;
        }
        String id = captchaId.strip().toLowerCase(Locale.ROOT);
        String given = stored(id, captcha);
        return database.write(Plane.CONSOLE, tx -> store.take(tx, id, clock.millis()))
                .map(given::equals)
                .orElse(false);
    }

    /** Makes a captcha valid again that has just been {@link #solved}; for the same answer. */
    public void restore(String captchaId, String captcha, Origin origin) {
        String id = captchaId.strip().toLowerCase(Locale.ROOT);
        long end = clock.millis() + Captchas.LIFE.toMillis();
        String holder = Throttles.site(origin.network());
        String answer = stored(id, captcha);
        database.run(Plane.CONSOLE, tx -> store.put(tx, id, answer, holder, end));
    }

    /** The stored form of an answer, in lower-case hex; case is ignored. */
    static String stored(String id, String answer) {
        String text = id + ":" + answer.strip().toLowerCase(Locale.ROOT);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
