package io.slipway.rollout.rules.plan;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;

/**
 * The hours in which offers are made.
 *
 * @param days on which it opens; empty for every day
 * @param from inclusive
 * @param to exclusive; at or before {@code from} it is on the next day
 */
public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {

    public Window {
        days = Set.copyOf(days);
    }

    /** Whether it is open at {@code now}, epoch ms, by its zone's local time. */
    public boolean open(long now) {
        ZonedDateTime there = Instant.ofEpochMilli(now).atZone(zone);
        LocalTime time = there.toLocalTime();
        if (from.isBefore(to)) {
            return opens(there.getDayOfWeek()) && !time.isBefore(from) && time.isBefore(to);
        }
        return (opens(there.getDayOfWeek()) && !time.isBefore(from))
                || (opens(there.getDayOfWeek().minus(1)) && time.isBefore(to));
    }

    /** When it opens next after {@code now}, at which it must be closed, epoch ms. */
    long opensAt(long now) {
        ZonedDateTime there = Instant.ofEpochMilli(now).atZone(zone);
        for (int day = 0; day <= 7; day++) {
            ZonedDateTime opening = there.toLocalDate().plusDays(day).atTime(from).atZone(zone);
            if (opens(opening.getDayOfWeek()) && opening.toInstant().toEpochMilli() > now) {
                return opening.toInstant().toEpochMilli();
            }
        }
        return now;
    }

    /** The fraction of a week in which it is open. */
    double share() {
        double day = Duration.ofDays(1).toNanos();
        double open = to.toNanoOfDay() - from.toNanoOfDay();
        return (open > 0 ? open : open + day) / day * (days.isEmpty() ? 1 : days.size() / 7.0);
    }

    private boolean opens(DayOfWeek day) {
        return days.isEmpty() || days.contains(day);
    }
}
