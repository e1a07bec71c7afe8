package io.slipway.device;

import io.slipway.http.Json;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.Partition;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is stored of a check-in.
 *
 * @param json all facts without their own column
 * @param print digest of everything, see {@link CheckIn#fingerprint}
 */
public record CheckInFacts(
        String board,
        String version,
        String chip,
        String elf,
        String slot,
        String language,
        String json,
        long print) {

    static CheckInFacts of(CheckIn checkIn) {
        var rest = new LinkedHashMap<String, Object>();
        rest.put("app", checkIn.appName());
        rest.put("compileTime", checkIn.compileTime());
        rest.put("idfVersion", checkIn.idfVersion());
        rest.put("boardType", checkIn.boardType());
        rest.put("chipRevision", checkIn.chipRevision());
        rest.put("flashSize", checkIn.flashSize());
        if (checkIn.psramSize() != CheckIn.UNKNOWN) {
            rest.put("psramSize", checkIn.psramSize());
        }
        rest.put("partitions", checkIn.partitions().stream().map(CheckInFacts::partition).toList());
        return new CheckInFacts(
                checkIn.board(),
                checkIn.version(),
                checkIn.chip(),
                checkIn.elfSha256(),
                checkIn.slot(),
                checkIn.language(),
                Json.text(rest),
                checkIn.fingerprint());
    }

    /** For a device that has not checked in since it was bound; marked by a digest of 0. */
    static CheckInFacts unreported(String board, String version, String language) {
        return new CheckInFacts(board, version, "", "", "", language, "{}", 0);
    }

    private static Map<String, Object> partition(Partition p) {
        var map = new LinkedHashMap<String, Object>();
        map.put("label", p.label());
        map.put("type", p.type());
        map.put("subtype", p.subtype());
        map.put("address", p.address());
        map.put("size", p.size());
        return map;
    }
}
