package io.slipway.device;

import io.slipway.protocol.Mac;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An account's device. Times are epoch ms, 0 for never.
 *
 * @param pairKey the pair that is bound
 * @param pinned whether that pair has a Client-Id
 * @param weak whether that Client-Id can be guessed
 * @param proven whether a code, an HMAC or its owner's word stood behind the binding; a device that
 *     only its MAC or a bare serial number has bound is provisional (decisions D1)
 * @param factsPrint digest of all that it reported last
 * @param zone the IANA name of the time zone that it shows, {@code ""} for its account's
 * @param labels its channel and tags
 * @param seenAt may lag by seconds; after now when the clock was once ahead
 */
public record Device(
        long id,
        Mac mac,
        String pairKey,
        boolean pinned,
        boolean weak,
        String accountId,
        @Nullable String agentId,
        boolean proven,
        String alias,
        String board,
        String version,
        String chip,
        String elf,
        String slot,
        String language,
        String facts,
        long factsPrint,
        boolean autoUpdate,
        long sort,
        String zone,
        Labels labels,
        long boundAt,
        long updatedAt,
        String updater,
        long seenAt,
        String address,
        String ring) {

    /** The longest alias, in characters. */
    public static final int MAX_ALIAS = 64;

    /** With what its owner sets; null leaves a value as it is. */
    Device with(
            @Nullable String newAlias,
            @Nullable Boolean newAutoUpdate,
            @Nullable Long newSort,
            @Nullable String newZone) {
        return with(
                newAlias == null ? alias : newAlias.strip(),
                newAutoUpdate == null ? autoUpdate : newAutoUpdate,
                newSort == null ? sort : newSort,
                newZone == null ? zone : newZone,
                labels);
    }

    /** With other labels. */
    Device with(Labels newLabels) {
        return with(alias, autoUpdate, sort, zone, newLabels);
    }

    private Device with(
            String newAlias,
            boolean newAutoUpdate,
            long newSort,
            String newZone,
            Labels newLabels) {
        return new Device(
                id,
                mac,
                pairKey,
                pinned,
                weak,
                accountId,
                agentId,
                proven,
                newAlias,
                board,
                version,
                chip,
                elf,
                slot,
                language,
                facts,
                factsPrint,
                newAutoUpdate,
                newSort,
                newZone,
                newLabels,
                boundAt,
                updatedAt,
                updater,
                seenAt,
                address,
                ring);
    }

    /** What its owner set, for the audit log. */
    String settings() {
        return "alias="
                + alias
                + " autoUpdate="
                + (autoUpdate ? 1 : 0)
                + " sort="
                + sort
                + " timeZone="
                + zone
                + " channel="
                + labels.channel()
                + " tags="
                + labels.tags();
    }

    boolean isPair(Pair pair) {
        return pairKey.equals(pair.key());
    }

    /** The last check-ins, newest first, epoch ms; those after {@code now} read as now. */
    public List<Long> checkIns(long now) {
        return Ring.times(ring, now);
    }
}
