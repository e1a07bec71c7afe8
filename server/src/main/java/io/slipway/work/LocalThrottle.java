package io.slipway.work;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.slipway.http.Problem;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Limits the calls of an account in a fixed window, on this node: for calls that cost time but do
 * no harm. Stored in memory only; {@link Throttles} is for secrets. Thread-safe.
 */
public final class LocalThrottle {

    private static final int MOST_ACCOUNTS = 20_000;

    private final InstantSource clock;
    private final int most;
    private final long windowMs;
    private final Cache<String, CallWindow> windows =
            Caffeine.newBuilder().maximumSize(MOST_ACCOUNTS).build();

    private record CallWindow(long endsAt, int taken) {}

    /**
     * @param most maximum calls in a {@code window}
     */
    public LocalThrottle(InstantSource clock, int most, Duration window) {
        this.clock = clock;
        this.most = most;
        this.windowMs = window.toMillis();
    }

    /**
     * Counts a call of an account.
     *
     * @throws Problem 429 with the seconds to wait, if the account has exceeded the limit
     */
    public void take(String account) {
        long now = clock.millis();
        CallWindow window = windows.asMap().compute(account, (key, before) -> counted(before, now));
        if (window.taken() > most) {
            long seconds = (window.endsAt() - now + 999) / 1000;
            throw Problem.tooMany(Math.max(1, seconds), "请求过于频繁", "Too many requests");
        }
    }

    private CallWindow counted(@org.jspecify.annotations.Nullable CallWindow before, long now) {
        // A window that ends later than any new one was begun by a clock that was ahead.
        return before == null || before.endsAt() <= now || before.endsAt() > now + windowMs
                ? new CallWindow(now + windowMs, 1)
                : new CallWindow(before.endsAt(), Math.min(before.taken(), most) + 1);
    }
}
