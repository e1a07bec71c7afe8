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
 * @param proven whether the binding rests on a code, an HMAC or its owner's word; a device bound by
 *     only its MAC or a bare serial number is provisional (decisions D1)
 * @param factsPrint digest of everything it last reported
 * @param zone the IANA name of the time zone that it shows, {@code ""} for its account's
 * @param labels its channel and tags
 * @param expectedUntil until then another pair of its MAC may take it over automatically (decisions
 *     D1)
 * @param entry how it may connect other than with its token
 * @param seenAt may lag by seconds; in the future if the clock was once ahead
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
        EntryRules entry,
        long boundAt,
        long updatedAt,
        String updater,
        Provisional provisional,
        long expectedUntil,
        long seenAt,
        String address,
        String ring) {

    /** The longest alias, in characters. */
    public static final int MAX_ALIAS = 64;

    /**
     * What is known of an unproven binding.
     *
     * @param announced the announcement that made it; 0 for none
     * @param from the network of its first check-in
     * @param contestedAt when another pair of its MAC or serial number first checked in, epoch ms;
     *     0 for never
     */
    public record Provisional(long announced, String from, long contestedAt) {}

    /** Whether its owner should decide which of several pairs is theirs. */
    public boolean contested() {
        return provisional.contestedAt() > 0;
    }

    /** A copy with the owner's settings; null leaves a value unchanged. */
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
                labels,
                entry);
    }

    /** A copy with other labels. */
    Device with(Labels newLabels) {
        return with(alias, autoUpdate, sort, zone, newLabels, entry);
    }

    /** A copy with or without the need for a token; null leaves it unchanged. */
    Device withoutToken(@Nullable Boolean accepted) {
        return accepted == null
                ? this
                : with(
                        alias,
                        autoUpdate,
                        sort,
                        zone,
                        labels,
                        new EntryRules(accepted, entry.program()));
    }

    private Device with(
            String newAlias,
            boolean newAutoUpdate,
            long newSort,
            String newZone,
            Labels newLabels,
            EntryRules newEntry) {
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
                newEntry,
                boundAt,
                updatedAt,
                updater,
                provisional,
                expectedUntil,
                seenAt,
                address,
                ring);
    }

    /** The owner's settings, for the audit log. */
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
                + labels.tags()
                + (entry.withoutToken() ? " acceptWithoutToken=1" : "");
    }

    /** The last check-ins, newest first, epoch ms; those after {@code now} are returned as now. */
    public List<Long> checkIns(long now) {
        return CheckInTimes.times(ring, now);
    }
}
