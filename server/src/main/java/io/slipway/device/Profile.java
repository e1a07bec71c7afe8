package io.slipway.device;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.Partition;
import io.slipway.protocol.socket.Battery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What updates need to know of a device, as it last reported it.
 *
 * @param channel {@code ""} for none
 * @param runningSince when it first reported what it runs, epoch ms; 0 for long ago
 * @param seenAt epoch ms, 0 for never
 * @param pairKey the pair that is bound
 * @param proven whether the binding rests on more than a MAC or a bare serial number
 * @param boundAt epoch ms
 * @param psramSize in bytes; negative if it never reported it
 * @param rssi its signal at the last check-in, in dBm; 0 for unknown
 * @param battery as last reported in a session; null for unknown
 */
public record Profile(
        long id,
        Mac mac,
        String accountId,
        String agentId,
        boolean autoUpdate,
        String channel,
        Set<String> tags,
        long runningSince,
        String board,
        String version,
        String chip,
        String elf,
        String slot,
        int chipRevision,
        List<Partition> partitions,
        long seenAt,
        String pairKey,
        boolean proven,
        long boundAt,
        long psramSize,
        int rssi,
        @Nullable Battery battery) {

    public Profile {
        tags = Set.copyOf(tags);
        partitions = List.copyOf(partitions);
    }

    static Set<String> tags(String json) {
        if (json.equals("[]")) {
            return Set.of();
        }
        var tags = new HashSet<String>();
        read(json).forEach(tag -> tags.add(tag.asText()));
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

    static JsonNode read(String json) {
        return Json.read(json);
    }
}
