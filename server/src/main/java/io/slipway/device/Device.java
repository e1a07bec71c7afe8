package io.slipway.device;

import io.slipway.http.Problem;
import io.slipway.protocol.Mac;
import org.jspecify.annotations.Nullable;

/**
 * An account's device. Times are epoch ms, 0 for never.
 *
 * @param held false for what remains of a claim after another account took the device over
 * @param pairKey the pinned pair
 * @param pinned whether that pair has a Client-Id
 * @param weak whether that Client-Id can be guessed
 * @param proven whether a code or an HMAC stood behind the binding, not the MAC alone
 * @param factsPrint digest of all that it reported last
 * @param labels its channel and tags
 * @param seenAt may lag by seconds
 */
public record Device(
        long id,
        Mac mac,
        String accountId,
        @Nullable String agentId,
        boolean held,
        String pairKey,
        boolean pinned,
        boolean weak,
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
        Labels labels,
        long boundAt,
        long updatedAt,
        String updater,
        @Nullable Rival rival,
        long seenAt,
        String address,
        String ring) {

    /** The longest alias, in characters. */
    public static final int MAX_ALIAS = 64;

    /**
     * Another pair that calls with this device's MAC.
     *
     * @param at when it first called, epoch ms
     */
    public record Rival(String pairKey, String board, String version, long at) {

        /** Names this pair to the owner, so that he judges the one he was shown. */
        String id() {
            long[] halves = Pair.halves(pairKey);
            return String.format("%016x", halves[0] ^ halves[1]);
        }
    }

    /** With what its owner sets; null leaves a value as it is. */
    Device with(
            @Nullable String newAlias, @Nullable Boolean newAutoUpdate, @Nullable Long newSort) {
        return with(
                newAlias == null ? alias : newAlias.strip(),
                newAutoUpdate == null ? autoUpdate : newAutoUpdate,
                newSort == null ? sort : newSort,
                labels);
    }

    /** With other labels. */
    Device with(Labels newLabels) {
        return with(alias, autoUpdate, sort, newLabels);
    }

    private Device with(String newAlias, boolean newAutoUpdate, long newSort, Labels newLabels) {
        return new Device(
                id,
                mac,
                accountId,
                agentId,
                held,
                pairKey,
                pinned,
                weak,
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
                newLabels,
                boundAt,
                updatedAt,
                updater,
                rival,
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
                + " channel="
                + labels.channel()
                + " tags="
                + labels.tags();
    }

    /** The other pair that waits for the owner's word; 409 when there is none. */
    Rival requireRival() {
        Rival waiting = rival;
        if (waiting == null || !held) {
            throw new Problem(409, "没有其他设备使用这个 MAC", "No other device calls with this MAC");
        }
        return waiting;
    }

    /** As {@link #requireRival()}; 409 also when it is not the one that the owner was shown. */
    Rival requireRival(String shown) {
        Rival waiting = requireRival();
        if (!waiting.id().equals(shown)) {
            throw new Problem(
                    409,
                    "现在是另一台设备在使用这个 MAC：请刷新后再决定",
                    "Yet another device calls with this MAC now: look again before you decide");
        }
        return waiting;
    }

    /** Another account's device, which can't be bound before {@code free}, epoch ms. */
    static Problem heldUntil(long free) {
        String at = java.time.Instant.ofEpochMilli(free).toString();
        return new Problem(
                409,
                "该设备属于另一个账号且最近在线；原主人解绑后即可绑定，否则最早可在 " + at + " 之后绑定",
                "Another account owns this device and it was online lately: its owner can unbind it,"
                        + " otherwise it can be bound from "
                        + at,
                java.util.Map.of("allowedAt", at));
    }

    boolean isPair(Pair pair) {
        return pairKey.equals(pair.key());
    }

    /** The last check-ins, newest first, epoch ms. */
    public java.util.List<Long> checkIns() {
        return times(ring);
    }

    static java.util.List<Long> times(String ring) {
        var times = new java.util.ArrayList<Long>();
        for (int at = 0;
                at + DeviceStore.RING_WIDTH <= ring.length();
                at += DeviceStore.RING_WIDTH) {
            times.add(Long.parseLong(ring.substring(at, at + DeviceStore.RING_WIDTH), 36));
        }
        return times;
    }
}
