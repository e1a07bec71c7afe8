package io.slipway.rollout.grant;

import io.slipway.device.profile.Profile;
import io.slipway.device.profile.Profiles;
import io.slipway.protocol.Mac;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Walks through the registry page by page: never a million devices in memory, and no long read that
 * blocks others. Concurrent changes may or may not be seen. Thread-safe.
 */
final class FleetScanner {

    private static final int PAGE = 2_000;

    /** Devices and their attempts. */
    record DevicePage(List<Profile> devices, Map<Long, List<AttemptRow>> rows) {

        List<Attempt> attempts(Profile device) {
            return rows.getOrDefault(device.id(), List.of()).stream()
                    .map(AttemptRow::attempt)
                    .toList();
        }

        /** The vote of a device that has an attempt in the rollout. */
        Vote vote(Profile device, String rollout) {
            return rows.getOrDefault(device.id(), List.of()).stream()
                    .filter(row -> row.attempt().subject().rolloutId().equals(rollout))
                    .map(AttemptRow::vote)
                    .findFirst()
                    .orElse(Vote.FULL);
        }
    }

    /** Reads the attempts of the devices that a walk is interested in. */
    @FunctionalInterface
    interface AttemptReader extends BiFunction<Tx, List<Long>, List<AttemptRow>> {}

    /** Handles a page; returning false ends the walk. */
    @FunctionalInterface
    interface PageVisitor {
        boolean visit(DevicePage page);
    }

    private final Database database;

    public FleetScanner(Database database) {
        this.database = database;
    }

    /** All bound devices. */
    void all(Plane plane, AttemptReader attempts, PageVisitor visitor) {
        walk(plane, (tx, after) -> Profiles.after(tx, after, PAGE), attempts, visitor);
    }

    /** Those of an account. */
    void of(Plane plane, String account, AttemptReader attempts, PageVisitor visitor) {
        walk(plane, (tx, after) -> Profiles.of(tx, account, after, PAGE), attempts, visitor);
    }

    /** Those that a plan names. */
    void named(
            Plane plane,
            PlanCache.ResolvedPlan resolved,
            AttemptReader attempts,
            PageVisitor visitor) {
        NamedMacs.forEach(
                resolved.canaries(),
                resolved.listed(),
                (account, macs) -> named(plane, account, macs, attempts, visitor));
    }

    private void named(
            Plane plane,
            String account,
            List<Mac> macs,
            AttemptReader attempts,
            PageVisitor visitor) {
        boolean more = true;
        for (int at = 0; more && at < macs.size(); at += PAGE) {
            List<Mac> some = macs.subList(at, Math.min(macs.size(), at + PAGE));
            DevicePage page = page(plane, tx -> Profiles.byMac(tx, account, some), attempts);
            more = visitor.visit(page);
        }
    }

    private void walk(
            Plane plane,
            BiFunction<Tx, Long, List<Profile>> next,
            AttemptReader attempts,
            PageVisitor visitor) {
        long after = 0;
        DevicePage page;
        do {
            long from = after;
            page = page(plane, tx -> next.apply(tx, from), attempts);
            if (page.devices().isEmpty()) {
                return;
            }
            after = page.devices().getLast().id();
        } while (visitor.visit(page) && page.devices().size() == PAGE);
    }

    private DevicePage page(Plane plane, Function<Tx, List<Profile>> read, AttemptReader attempts) {
        return database.read(
                plane,
                tx -> {
                    List<Profile> found = read.apply(tx);
                    var rows = attempts.apply(tx, found.stream().map(Profile::id).toList());
                    var byDevice = new HashMap<Long, List<AttemptRow>>();
                    for (AttemptRow row : rows) {
                        byDevice.computeIfAbsent(row.deviceId(), id -> new ArrayList<>()).add(row);
                    }
                    return new DevicePage(found, byDevice);
                });
    }
}
