package io.slipway.activation;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import io.slipway.protocol.Mac;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pre-registered device, in the form of console-api row 17.
 *
 * @param mac null if it has a serial number
 * @param serial null if it has a MAC
 */
record PreregistrationView(
        String id,
        @JsonProperty("agent_id") @Shape(pattern = Shape.ID) String agentId,
        @JsonProperty("mac_address") @Nullable Mac mac,
        @JsonProperty("serial_number") @Nullable String serial,
        @JsonProperty("has_key")
                @Described("有密钥，须以 HMAC 证明 · whether it has a key and must prove itself by HMAC")
                boolean hasKey,
        @Described("0 等待，1 已绑定 · 0: waiting, 1: bound") @Shape(minimum = 0, maximum = 1) int status,
        @JsonProperty("created_at")
                @Described(
                        "yyyy-MM-dd HH:mm:ss，time.zone 时区 · yyyy-MM-dd HH:mm:ss, in the time zone"
                                + " of time.zone")
                @Shape(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$")
                String createdAt) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    /**
     * A page of pre-registrations.
     *
     * @param nextCursor null on the last page
     */
    record PreregistrationsView(
            List<PreregistrationView> devices,
            @JsonProperty("next_cursor") @Nullable String nextCursor) {}

    static PreregistrationView of(Preregistration row, ZoneId zone) {
        return new PreregistrationView(
                Long.toString(row.id()),
                row.agentId(),
                row.mac(),
                row.serial(),
                row.sealedKey() != null,
                row.bound() ? 1 : 0,
                TIME.format(Instant.ofEpochMilli(row.createdAt()).atZone(zone)));
    }
}
