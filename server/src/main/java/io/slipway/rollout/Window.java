package io.slipway.rollout;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;

/**
 * The hours in which offers are made.
 *
 * @param days on which it opens; empty for every day
 * @param from included
 * @param to excluded; at or before {@code from} it is on the next day
 */
public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {

    public Window {
        days = Set.copyOf(days);
    }

    /** Whether it is open at {@code now}, epoch ms. Goes by the clock on the wall of its zone. */
    public boolean open(long now) {
        ZonedDateTime there = Instant.ofEpochMilli(now).atZone(zone);
        LocalTime time = there.toLocalTime();
        if (from.isBefore(to)) {
            return opens(there.getDayOfWeek()) && !time.isBefore(from) && time.isBefore(to);
        }
        return (opens(there.getDayOfWeek()) && !time.isBefore(from))
                || (opens(there.getDayOfWeek().minus(1)) && time.isBefore(to));
    }

    private boolean opens(DayOfWeek day) {
        return days.isEmpty() || days.contains(day);
    }
}
