package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an attacker with many accounts and networks can expect to guess (decisions D2). */
class GuessRiskTest {

    private static final Guesses.GuessLimits LIMITS = new Guesses.GuessLimits(5, 20, 10, 60);
    private static final int ACCOUNTS = 10_000;
    private static final int NETWORKS = 65_536;

    // Seven digits above ten waiting codes, eight above a hundred, and so on.
    private static int digits(long live) {
        int digits = 6;
        while (live > Math.pow(10, digits) / 100_000) {
            digits++;
        }
        return digits;
    }

    /**
     * Ten days, minute by minute: makes all guesses that the limits allow, until short codes are
     * guarded; from then on a right one is answered as a wrong one.
     *
     * @param perMinute the maximum that captchas allow
     * @return the expected number of strangers' devices on the worst day
     */
    private static double worstDay(long live, double perMinute) {
        int digits = digits(live);
        double p = live / Math.pow(10, digits);
        long each = GuessRisk.of(live, digits);
        var window = new ArrayDeque<long[]>();
        double hourly =
                Math.min(
                        ACCOUNTS * (double) LIMITS.accountDay() / 24,
                        NETWORKS * LIMITS.addressHour());
        double rate = Math.min(hourly / 60, perMinute);
        long sum = 0;
        boolean guarded = false;
        double worst = 0;
        double today = 0;
        double owed = 0;
        for (int minute = 0; minute < 10 * 24 * 60; minute++) {
            while (!window.isEmpty() && window.peekFirst()[0] <= minute - 24 * 60) {
                sum -= window.pollFirst()[1];
            }
            owed += rate;
            long added = 0;
            for (; owed >= 1; owed--) {
                guarded = GuessRisk.guarded(guarded, sum + added);
                if (!guarded) {
                    today += p;
                }
                added += each;
            }
            window.addLast(new long[] {minute, added});
            sum += added;
            if (minute % (24 * 60) == 24 * 60 - 1) {
                worst = Math.max(worst, today);
                today = 0;
            }
        }
        return worst;
    }

    @ParameterizedTest
    @CsvSource({"20, 1e9", "200, 1e9", "1000, 1e9", "500000, 1e9", "20, 5", "1000, 5", "500000, 5"})
    void lessThanAHundredthOfADeviceADay(long live, double perMinute) {
        double worst = worstDay(live, perMinute);
        assertThat(worst).isPositive().isLessThan(0.01);
    }

    @Test
    void withoutAGuardItWouldBeMore() {
        // The same attacker, if guesses were not affected by the sum.
        double throttles = ACCOUNTS * (double) LIMITS.accountDay();
        assertThat(throttles * 1000 / Math.pow(10, digits(1000))).isGreaterThan(0.01);
    }

    @Test
    void theGuardComesAtFourInAThousandAndGoesBelowTwo() {
        assertThat(GuessRisk.guarded(false, GuessRisk.GUARDED_FROM - 1)).isFalse();
        assertThat(GuessRisk.guarded(false, GuessRisk.GUARDED_FROM)).isTrue();
        assertThat(GuessRisk.guarded(true, GuessRisk.FREE_BELOW)).isTrue();
        assertThat(GuessRisk.guarded(true, GuessRisk.FREE_BELOW - 1)).isFalse();
        assertThat(GuessRisk.of(10, 6)).isEqualTo(10_000);
        assertThat(GuessRisk.of(0, 6)).isZero();
    }
}
