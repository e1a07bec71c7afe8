package io.slipway.event;

import io.slipway.settings.Settings;
import java.time.Duration;

/**
 * The events' settings.
 *
 * @param kept how long events and deliveries are stored, at least a day
 * @param privateWebhooks whether webhooks may point into a private network
 */
public record EventConfig(Duration kept, boolean privateWebhooks) {

    /** Reads them; errors are reported to {@code s}. */
    public static EventConfig read(Settings s) {
        Duration kept =
                s.duration(
                        "events.kept",
                        "90 d",
                        "事件和 Webhook 投递记录的保留时间，至少 1 d",
                        "how long events and webhook deliveries are stored; at least 1 d");
        if (kept.toDays() < 1) {
            s.problem("events.kept", kept.toSeconds() + " s", "1 d or more");
        }
        var config =
                new EventConfig(
                        kept,
                        s.onOff(
                                "webhooks.private",
                                false,
                                "on",
                                "off",
                                "Webhook 是否可以指向内网",
                                "whether webhooks may point into private networks"));
        s.whileRunning("events.kept", "webhooks.private");
        return config;
    }
}
