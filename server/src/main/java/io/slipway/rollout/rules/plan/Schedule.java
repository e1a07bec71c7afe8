package io.slipway.rollout.rules.plan;

import org.jspecify.annotations.Nullable;

/**
 * When offers are made, and how many at a time.
 *
 * @param window null for any hour
 * @param startsAt no offer before, epoch ms; 0 for at once
 */
public record Schedule(Limits limits, @Nullable Window window, long startsAt) {}
