package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.governor.EdgeLimit;
import io.slipway.settings.Settings;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AccountSessionsTest {

    private final AccountSessions sessions = of(10, 2);

    private static AccountSessions of(int most, int mostPerAccount) {
        var settings = new Settings(new Properties(), Map.of());
        SessionConfig standard = SessionConfig.read(settings, 65_536);
        var config =
                new SessionConfig(
                        standard.rebootRefused(),
                        standard.idle(),
                        standard.longest(),
                        standard.keepAlive(),
                        standard.write(),
                        most,
                        mostPerAccount,
                        standard.buffer(),
                        null);
        return new AccountSessions(() -> config);
    }

    private boolean enter(String account, String pair, String session) {
        return sessions.enter(account, pair, session, () -> account.equals("admin")) == null;
    }

    @Test
    void oneAccountIsFullAndAnotherIsNot() {
        assertThat(enter("a", "p1", "s1")).isTrue();
        assertThat(enter("a", "p2", "s2")).isTrue();
        assertThat(enter("a", "p3", "s3")).isFalse();
        assertThat(enter("b", "p4", "s4")).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(enter("admin", "q" + i, "t" + i)).isTrue();
        }
        // It was never counted.
        sessions.leave("p3", "s3");
        assertThat(enter("a", "p3", "s5")).isFalse();
        sessions.leave("p1", "s1");
        assertThat(enter("a", "p3", "s5")).isTrue();
    }

    @Test
    void allTogetherAreLimitedToo() {
        var few = of(2, 2);
        assertThat(few.enter("a", "p1", "s1", () -> false)).isNull();
        assertThat(few.enter("a", "p2", "s2", () -> false)).isNull();
        assertThat(few.enter("a", "p3", "s3", () -> false)).isEqualTo(EdgeLimit.ACCOUNT_SESSIONS);
        assertThat(few.enter("a", "p3", "s3", () -> true)).isEqualTo(EdgeLimit.SESSIONS);
        assertThat(few.enter("b", "p4", "s4", () -> true)).isEqualTo(EdgeLimit.SESSIONS);
        // It takes the place of its former session.
        assertThat(few.enter("a", "p2", "s5", () -> false)).isNull();
        few.leave("p1", "s1");
        few.leave("p2", "s2");
        assertThat(few.count()).isOne();
        assertThat(few.enter("b", "p4", "s4", () -> false)).isNull();
    }

    @Test
    void aDeviceThatComesBackCountsOnce() {
        enter("a", "p1", "s1");
        enter("a", "p2", "s2");
        assertThat(enter("a", "p1", "s3")).isTrue();
        // Its former session ends late.
        sessions.leave("p1", "s1");
        assertThat(enter("a", "p3", "s4")).isFalse();
        sessions.leave("p1", "s3");
        sessions.leave("p2", "s2");
        assertThat(sessions.count()).isZero();
        assertThat(enter("a", "p4", "s5")).isTrue();
        assertThat(enter("a", "p5", "s6")).isTrue();
        assertThat(enter("a", "p6", "s7")).isFalse();
    }

    @Test
    void manyAtOnceNeverExceedTheLimit() {
        var entered = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                int number = i;
                threads.execute(() -> {
                    if (enter("a", "p" + number, "s" + number)) {
                        entered.incrementAndGet();
                    }
                });
            }
        }
        assertThat(entered).hasValue(2);
    }
}
