package io.slipway.activation;

import io.slipway.account.Caller;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.work.Origin;
import io.slipway.work.Throttles;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Limits wrong activation codes (decisions D2). Thread-safe. */
final class Guesses {

    /** Wrong codes that an account, an address and a site may enter before they are refused. */
    record GuessLimits(int accountHour, int accountDay, int addressHour, int siteHour) {}

    /**
     * An account with fewer wrong codes in the hour is not refused because of others at its
     * address.
     */
    static final int OWN = 3;

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int HOURS = 24;

    private final Throttles throttles;
    private final Codes codes;
    private final InstantSource clock;
    private final GuessLimits limits;
    private final AtomicLong risk = new AtomicLong();
    private volatile boolean guarded;

    /** The result of a guess. */
    sealed interface GuessResult {}

    record RightCode(Activation activation) implements GuessResult {}

    record WrongCode() implements GuessResult {}

    /** A code that was valid a while ago: the device has another one now. */
    record FormerCode() implements GuessResult {}

    /**
     * @param seconds until it may be tried again
     */
    record TooManyGuesses(long seconds) implements GuessResult {}

    Guesses(Throttles throttles, Codes codes, InstantSource clock, GuessLimits limits) {
        this.throttles = throttles;
        this.codes = codes;
        this.clock = clock;
        this.limits = limits;
    }

    /** Judges a code in a transaction that must commit, whatever the result. */
    GuessResult guess(Tx tx, Caller caller, String digits) {
        String account = caller.accountId();
        Origin origin = caller.origin();
        // Serialized: otherwise concurrent guesses would all pass before the first has failed.
        throttles.lock(tx, key("account", account));
        GuessResult found = look(tx, caller, digits);
        long wait = refusedFor(tx, account, origin);
        if (found instanceof WrongCode) {
            throttles.failed(tx, key("account", account), HOUR);
            throttles.failed(tx, key("day", account), DAY);
            for (Throttles.Limit limit : limits(origin)) {
                throttles.failed(tx, limit.key(), HOUR);
            }
            add(tx, GuessRisk.of(codes.live(digits.length()), digits.length()));
        }
        return wait > 0 ? new TooManyGuesses(wait) : found;
    }

    private GuessResult look(Tx tx, Caller caller, String digits) {
        var shown = codes.find(tx, digits);
        if (shown.isPresent()) {
            // A guesser must not learn that the code was right: it counts as a wrong one.
            boolean far = guarded && !near(caller.origin(), shown.get().network());
            return far ? new WrongCode() : new RightCode(shown.get());
        }
        int tail = digits.length() - Codes.TAIL;
        if (tail >= Codes.MIN_DIGITS) {
            var whole =
                    codes.find(tx, digits.substring(0, tail))
                            .filter(a -> codes.shown(a).tail().equals(digits.substring(tail)));
            if (whole.isPresent()) {
                return new RightCode(whole.get());
            }
        }
        return codes.diedSince(tx, digits, clock.millis() - HOUR.toMillis())
                ? new FormerCode()
                : new WrongCode();
    }

    // Behind a proxy that the settings don't name, nobody counts as near.
    private static boolean near(Origin caller, String network) {
        return caller.via().isEmpty() && Neighbourhood.same(caller.network(), network);
    }

    private List<Throttles.Limit> limits(Origin origin) {
        var all = new ArrayList<>(origin.limits("code:address", limits.addressHour()));
        String site = Throttles.site(origin.network());
        if (!site.isEmpty() && !site.equals(origin.network())) {
            all.add(new Throttles.Limit(key("site", site), limits.siteHour()));
        }
        return all;
    }

    private long refusedFor(Tx tx, String account, Origin origin) {
        Throttles.WindowCount hour = throttles.window(tx, key("account", account));
        Throttles.WindowCount day = throttles.window(tx, key("day", account));
        if (day.total() >= limits.accountDay()) {
            return day.seconds();
        }
        if (hour.total() >= limits.accountHour()) {
            return hour.seconds();
        }
        if (hour.total() < OWN) {
            return 0;
        }
        for (Throttles.Limit limit : limits(origin)) {
            Throttles.WindowCount window = throttles.window(tx, limit.key());
            if (window.total() >= limit.max()) {
                return window.seconds();
            }
        }
        return 0;
    }

    private static String key(String what, String who) {
        return "code:" + what + ":" + who;
    }

    private void add(Tx tx, long wrong) {
        if (wrong > 0) {
            long hour = clock.millis() / HOUR.toMillis();
            throttles.add(tx, key("risk", Long.toString(hour)), wrong, DAY.plus(HOUR));
            guarded = GuessRisk.guarded(guarded, risk.addAndGet(wrong));
        }
    }

    /** Whether codes are being guessed: a short one binds only within its own network. */
    boolean guarded() {
        return guarded;
    }

    /** Sums up the last 24 hours over all nodes. */
    void refresh(Database database) {
        long hour = clock.millis() / HOUR.toMillis();
        long sum =
                database.read(
                        Plane.BACKGROUND,
                        tx -> {
                            var keys = new ArrayList<String>(HOURS);
                            for (int ago = 0; ago < HOURS; ago++) {
                                keys.add(key("risk", Long.toString(hour - ago)));
                            }
                            return throttles.sum(tx, keys);
                        });
        risk.set(sum);
        guarded = GuessRisk.guarded(guarded, sum);
    }
}
