package io.slipway.account.captcha;

import io.slipway.http.Problem;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.work.Cpu;
import io.slipway.work.Origin;
import io.slipway.work.Throttles;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.regex.Pattern;

/** Issues captchas; {@link CaptchaAnswers} checks the answers. Thread-safe. */
public final class Captchas {

    static final Duration LIFE = Duration.ofMinutes(5);

    /** Images per hour and address; enough for an office behind one address. */
    static final int PER_ADDRESS = 300;

    /**
     * Live captchas in total: enough for 20,000 logins within five minutes. Beyond that, whoever
     * holds most loses the oldest.
     */
    private static final int MAX_LIVE = 20_000;

    private static final Pattern UUID =
            Pattern.compile("[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}");

    private final Database database;
    private final InstantSource clock;
    private final Throttles throttles;
    private final Cpu cpu;
    private final CaptchaImage image;
    private final CaptchaAnswers answers;
    private final int maxLive;
    private final Runnable full;
    private final CaptchaStore store = new CaptchaStore();

    /**
     * @param full runs whenever one is dropped because too many are live
     */
    public Captchas(
            Database database,
            InstantSource clock,
            Throttles throttles,
            Cpu cpu,
            CaptchaImage image,
            CaptchaAnswers answers,
            Runnable full) {
        this(database, clock, throttles, cpu, image, answers, MAX_LIVE, full);
    }

    Captchas(
            Database database,
            InstantSource clock,
            Throttles throttles,
            Cpu cpu,
            CaptchaImage image,
            CaptchaAnswers answers,
            int maxLive,
            Runnable full) {
        this.database = database;
        this.clock = clock;
        this.throttles = throttles;
        this.cpu = cpu;
        this.image = image;
        this.answers = answers;
        this.maxLive = maxLive;
        this.full = full;
    }

    /**
     * Draws a new captcha for {@code uuid}, which the client chose; it replaces an older one.
     *
     * @return a PNG
     * @throws Problem 400 if it is not a UUID, or 429
     */
    public byte[] draw(String uuid, Origin origin) {
        String id = uuid.strip().toLowerCase(Locale.ROOT);
        if (!UUID.matcher(id).matches()) {
            throw Problem.field("uuid", "应为 UUID", "must be a UUID");
        }
        throttles.acquire(origin.limits("captcha", PER_ADDRESS), Throttles.HOUR);
        String text = CaptchaImage.text();
        byte[] png = cpu.run(() -> image.draw(text));
        long now = clock.millis();
        database.run(
                Plane.CONSOLE,
                tx -> {
                    if (store.count(tx, now) >= maxLive) {
                        store.makeRoom(tx);
                        tx.afterCommit(full);
                    }
                    String answer = answers.stored(id, text);
                    String holder = Throttles.site(origin.network());
                    store.put(tx, id, answer, holder, now + LIFE.toMillis());
                });
        return png;
    }

    public void clean() {
        long now = clock.millis();
        Chunks.delete(database, (tx, limit) -> store.deleteExpired(tx, now, limit));
    }
}
