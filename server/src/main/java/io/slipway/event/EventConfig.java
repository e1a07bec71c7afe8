package io.slipway.event;

import java.time.Duration;

/**
 * The events' settings.
 *
 * @param kept how long events and deliveries are kept, at least a day
 * @param privateWebhooks whether webhooks may lead into a private network
 */
public record EventConfig(Duration kept, boolean privateWebhooks) {}
