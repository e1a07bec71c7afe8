package io.slipway.rollout.api;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Shape;
import io.slipway.rollout.rules.plan.Refusal;
import io.slipway.text.Sentence;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a device is not offered a build.
 *
 * @param goesOnAt null if unknown
 */
record RefusalView(
        Refusal code,
        @Inlined Sentence sentence,
        @Described("数字、名字，或账号时区的时间 · numbers, names, or a time in the account's time zone")
                String detail,
        @Described("过一会儿就好 · whether it resolves by itself") boolean passes,
        @Described("何时起可以继续；不知道时为 null · when it can continue; null if unknown")
                @Shape(format = "date-time")
                @Nullable String goesOnAt) {

    /** Why one rollout does not offer its build to a device. */
    record RefusedView(String rollout, @Inlined RefusalView refusal) {}

    /** How many devices are excluded for a reason. */
    record RefusalCountView(Refusal code, @Inlined Sentence sentence, long devices) {}

    /**
     * @param zone of the reader
     */
    static RefusalView of(Refusal refusal, String detail, ZoneId zone) {
        // Windows stored by an earlier release have no time.
        String at = refusal.timed() && !detail.isEmpty() ? detail : null;
        String shown = at == null ? detail : local(Instant.parse(at), zone);
        return new RefusalView(refusal, refusal.sentence(), shown, refusal.passes(), at);
    }

    private static String local(Instant at, ZoneId zone) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                at.truncatedTo(ChronoUnit.SECONDS).atZone(zone));
    }

    /** Sorted by number of devices, largest first. */
    static List<RefusalCountView> counts(Map<Refusal, Long> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<Refusal, Long>comparingByValue().reversed())
                .map(entry ->
                        new RefusalCountView(
                                entry.getKey(), entry.getKey().sentence(), entry.getValue()))
                .toList();
    }
}
