package io.slipway.account.captcha;

import io.slipway.keys.Hmac;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.work.Origin;
import io.slipway.work.Throttles;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;

/** Checks the answers to the captchas of {@link Captchas}, each once. Thread-safe; calls block. */
public final class CaptchaAnswers {

    private final Database database;
    private final InstantSource clock;
    private final Hmac hash;
    private final CaptchaStore store = new CaptchaStore();

    public CaptchaAnswers(Database database, InstantSource clock, MasterKey master) {
        this.database = database;
        this.clock = clock;
        this.hash = master.hash("captcha");
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

    /**
     * The stored form of an answer, in lower-case hex; case is ignored. Keyed: there are so few
     * answers that a plain hash in a stolen database could be guessed.
     */
    String stored(String id, String answer) {
        String text = id + ":" + answer.strip().toLowerCase(Locale.ROOT);
        return HexFormat.of().formatHex(hash.of(text.getBytes(StandardCharsets.UTF_8)));
    }
}
