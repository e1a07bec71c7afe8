package io.slipway.device.profile;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.Partition;
import io.slipway.protocol.socket.Battery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What updates need to know of a device, as it last reported it. */
public record Profile(
        long id,
        Mac mac,
        Owner owner,
        UpdateChoices choices,
        String board,
        CheckIn.Hardware hardware,
        RunningFirmware running,
        LastCall last) {

    /**
     * Whose it is, and what that rests on.
     *
     * @param pairKey the pair that is bound
     * @param proven whether the binding rests on more than a MAC or a bare serial number
     * @param boundAt epoch ms
     */
    public record Owner(String accountId, String pairKey, boolean proven, long boundAt) {}

    /**
     * What its owner has set that decides on its updates.
     *
     * @param agentId {@code ""} for none
     * @param channel {@code ""} for none
     */
    public record UpdateChoices(
            boolean autoUpdate, String agentId, String channel, Set<String> tags) {

        public UpdateChoices {
            tags = Set.copyOf(tags);
        }
    }

    /**
     * What it runs.
     *
     * @param since when it first reported this, epoch ms; 0 for long ago
     */
    public record RunningFirmware(String version, String elf, String slot, long since) {}

    /**
     * How it was when it last called.
     *
     * @param seenAt epoch ms, 0 for never
     * @param rssi its signal at the last check-in, in dBm; 0 for unknown
     * @param battery as last reported in a session; null for unknown
     */
    public record LastCall(long seenAt, int rssi, @Nullable Battery battery) {}

    public static Set<String> tags(String json) {
        if (json.equals("[]")) {
            return Set.of();
        }
        var tags = new HashSet<String>();
        Json.read(json).forEach(tag -> tags.add(tag.asText()));
        return tags;
    }

    static List<Partition> partitions(JsonNode facts) {
        var partitions = new ArrayList<Partition>();
        for (JsonNode p : facts.path("partitions")) {
            partitions.add(
                    new Partition(
                            p.path("label").asText(""),
                            p.path("type").asInt(),
                            p.path("subtype").asInt(),
                            p.path("address").asLong(),
                            p.path("size").asLong()));
        }
        return partitions;
    }
}
