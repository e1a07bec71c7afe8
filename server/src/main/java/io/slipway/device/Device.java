package io.slipway.device;

import io.slipway.device.profile.CheckInFacts;
import io.slipway.device.profile.CheckInTimes;
import io.slipway.protocol.Mac;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An account's device. Times are epoch ms, 0 for never.
 *
 * @param report what it reported last
 */
public record Device(
        long id,
        Mac mac,
        Ownership owner,
        CheckInFacts report,
        OwnerChoices choices,
        LastSeen seen) {

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

    /**
     * The binding of a device, and the evidence for it.
     *
     * @param pairKey the pair that is bound
     * @param pinned whether that pair has a Client-Id
     * @param weak whether that Client-Id can be guessed
     * @param expectedUntil until then another pair of its MAC may take it over automatically
     *     (decisions D1)
     */
    public record Ownership(
            String accountId,
            @Nullable String agentId,
            String pairKey,
            boolean pinned,
            boolean weak,
            Proof proof,
            long boundAt,
            long expectedUntil) {}

    /**
     * The evidence for a binding.
     *
     * @param proven whether it rests on a code, an HMAC or its owner's word; a device bound by only
     *     its MAC or a bare serial number is provisional (decisions D1)
     */
    public record Proof(boolean proven, Provisional provisional) {}

    /**
     * What its owner sets, and when that was last changed.
     *
     * @param zone the IANA name of the time zone that it shows, {@code ""} for its account's
     * @param labels its channel and tags
     * @param entry how it may connect other than with its token
     */
    public record OwnerChoices(
            String alias,
            boolean autoUpdate,
            long sort,
            String zone,
            Labels labels,
            EntryRules entry,
            long updatedAt,
            String updater) {}

    /**
     * When and from where it called.
     *
     * @param seenAt may lag by seconds; in the future if the clock was once ahead
     * @param ring its last check-ins, see {@link #checkIns}
     */
    public record LastSeen(long seenAt, String address, String ring) {}

    /** Whether the binding rests on more than a MAC or a bare serial number. */
    public boolean proven() {
        return owner.proof().proven();
    }

    /** What is known of the binding while nothing has proven it. */
    public Provisional provisional() {
        return owner.proof().provisional();
    }

    /** Whether its owner should decide which of several pairs is theirs. */
    public boolean contested() {
        return provisional().contestedAt() > 0;
    }

    /** A copy with the owner's settings; null leaves a value unchanged. */
    Device with(
            @Nullable String newAlias,
            @Nullable Boolean newAutoUpdate,
            @Nullable Long newSort,
            @Nullable String newZone) {
        return with(
                new OwnerChoices(
                        newAlias == null ? choices.alias() : newAlias.strip(),
                        newAutoUpdate == null ? choices.autoUpdate() : newAutoUpdate,
                        newSort == null ? choices.sort() : newSort,
                        newZone == null ? choices.zone() : newZone,
                        choices.labels(),
                        choices.entry(),
                        choices.updatedAt(),
                        choices.updater()));
    }

    /** With other labels. */
    Device with(Labels labels) {
        return with(choices(labels, choices.entry()));
    }

    /** A copy with or without the need for a token; null leaves it unchanged. */
    Device withoutToken(@Nullable Boolean accepted) {
        return accepted == null
                ? this
                : with(
                        choices(
                                choices.labels(),
                                new EntryRules(accepted, choices.entry().program())));
    }

    private OwnerChoices choices(Labels labels, EntryRules entry) {
        return new OwnerChoices(
                choices.alias(),
                choices.autoUpdate(),
                choices.sort(),
                choices.zone(),
                labels,
                entry,
                choices.updatedAt(),
                choices.updater());
    }

    private Device with(OwnerChoices others) {
        return new Device(id, mac, owner, report, others, seen);
    }

    /** The owner's settings, for the audit log. */
    String settings() {
        return "alias="
                + choices.alias()
                + " autoUpdate="
                + (choices.autoUpdate() ? 1 : 0)
                + " sort="
                + choices.sort()
                + " timeZone="
                + choices.zone()
                + " channel="
                + choices.labels().channel()
                + " tags="
                + choices.labels().tags()
                + (choices.entry().withoutToken() ? " acceptWithoutToken=1" : "");
    }

    /** The last check-ins, newest first, epoch ms; those after {@code now} are returned as now. */
    public List<Long> checkIns(long now) {
        return CheckInTimes.times(seen.ring(), now);
    }
}
