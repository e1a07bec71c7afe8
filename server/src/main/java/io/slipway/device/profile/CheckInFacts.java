package io.slipway.device.profile;

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

    public static CheckInFacts of(CheckIn checkIn) {
        CheckIn.Application application = checkIn.application();
        CheckIn.Hardware hardware = checkIn.hardware();
        var rest = new LinkedHashMap<String, Object>();
        rest.put("app", application.name());
        rest.put("compileTime", application.compileTime());
        rest.put("idfVersion", application.idfVersion());
        rest.put("boardType", checkIn.board().type());
        rest.put("chipRevision", hardware.chipRevision());
        rest.put("flashSize", hardware.flashSize());
        if (hardware.psramSize() != CheckIn.UNKNOWN) {
            rest.put("psramSize", hardware.psramSize());
        }
        rest.put(
                "partitions", hardware.partitions().stream().map(CheckInFacts::partition).toList());
        return new CheckInFacts(
                checkIn.board().nameOrType(),
                application.version(),
                hardware.chip(),
                application.elfSha256(),
                checkIn.slot(),
                checkIn.language(),
                Json.text(rest),
                checkIn.fingerprint());
    }

    /** For a device that has not checked in since it was bound; marked by a digest of 0. */
    public static CheckInFacts unreported(String board, String version, String language) {
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
