package io.slipway.overview;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Omitted;
import io.slipway.http.schema.Shape;
import io.slipway.protocol.Mac;
import io.slipway.text.Sentence;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that a person should look at. Fields that do not apply to its kind are null.
 *
 * @param id of its subject
 */
record AttentionItemView(
        @Shape(
                        values = {
                            "rollout-halted",
                            "build-quarantined",
                            "device-contested",
                            "backend-failing",
                            "codes-withheld",
                            "codes-guessed",
                            "proxy-unnamed",
                            "sequential-macs",
                            "device-address",
                            "disk-low",
                            "backup-late",
                            "certificate"
                        })
                String kind,
        Sentence text,
        @Omitted @Nullable String id,
        @Omitted @Nullable String name,
        @Omitted @Nullable Instant at,
        @Described("来自哪个网络 · the network that it is from") @Omitted @Nullable String from,
        @Omitted @Nullable Mac mac) {

    /** About something without a name. */
    static AttentionItemView of(String kind, Sentence text) {
        return about(kind, text, null, null, null);
    }

    static AttentionItemView about(
            String kind,
            Sentence text,
            @Nullable String id,
            @Nullable String name,
            @Nullable Instant at) {
        return new AttentionItemView(kind, text, id, name, at, null, null);
    }

    /** About devices in a network, for example {@code mac}. */
    static AttentionItemView devices(String kind, Sentence text, String from, Mac mac) {
        return new AttentionItemView(kind, text, null, null, null, from, mac);
    }
}
