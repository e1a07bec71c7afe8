package io.slipway.rollout.rules.gate;

import io.slipway.rollout.rules.attempt.Tally;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What is known of devices, by their votes (decisions D11): results that cost nothing to fake must
 * neither halt nor confirm a build.
 *
 * @param full devices that count in full
 * @param limited those of other accounts, by account
 * @param none devices that don't count
 */
public record Ballot(Tally full, Map<String, Tally> limited, Tally none) {

    /** An account counts for at most one in this many. */
    private static final long SHARE = 10;

    /** This many accounts can confirm a build without any device that counts in full. */
    private static final int ENOUGH_ACCOUNTS = 3;

    public static final Ballot ZERO = of(Tally.ZERO);

    public Ballot {
        limited = Map.copyOf(limited);
    }

    /** With all devices counting in full. */
    public static Ballot of(Tally full) {
        return new Ballot(full, Map.of(), Tally.ZERO);
    }

    public Ballot plus(Ballot other) {
        var sum = new HashMap<>(limited);
        other.limited.forEach((account, tally) -> sum.merge(account, tally, Tally::plus));
        return new Ballot(full.plus(other.full), sum, none.plus(other.none));
    }

    /** A copy with other devices that count in full. */
    public Ballot withFull(Tally tally) {
        return new Ballot(tally, limited, none);
    }

    /** A copy without the devices of these accounts. */
    public Ballot without(Set<String> accounts) {
        if (accounts.isEmpty()) {
            return this;
        }
        var remaining = new HashMap<>(limited);
        Tally out = none;
        for (String account : accounts) {
            Tally removed = remaining.remove(account);
            out = removed == null ? out : out.plus(removed);
        }
        return new Ballot(full, remaining, out);
    }

    /** All devices that may count, each as one: the ones worth waiting for. */
    Tally all() {
        return limited.values().stream().reduce(full, Tally::plus);
    }

    /** How many decided devices of one account count at most. */
    private long most() {
        return Math.max(1, all().decided() / SHARE);
    }

    /** With each other account's devices limited to its share. */
    Tally heard() {
        return full.plus(shares());
    }

    private Tally shares() {
        long most = most();
        return limited.values().stream().map(t -> atMost(t, most)).reduce(Tally.ZERO, Tally::plus);
    }

    /**
     * What can confirm a build: fewer than three other accounts count for no more than the devices
     * that count in full.
     */
    public Tally confirming() {
        Tally others = shares();
        if (accounts() < ENOUGH_ACCOUNTS) {
            Tally.Outcomes shown = others.outcomes();
            long good = Math.clamp(full.decided() - shown.failed(), 0, shown.good());
            others = others.with(new Tally.Outcomes(good, shown.bad(), shown.overdue()));
        }
        return full.plus(others);
    }

    /** Other accounts with decided devices. */
    int accounts() {
        return (int) limited.values().stream().filter(t -> t.decided() > 0).count();
    }

    /** Other accounts with devices on which the build failed, or that did not come back. */
    public Set<String> failing() {
        var failing = new java.util.HashSet<String>();
        limited.forEach((account, t) -> {
            if (t.outcomes().failed() + t.silent() + t.crashed() > 0) {
                failing.add(account);
            }
        });
        return failing;
    }

    // Failures are counted first: they matter more.
    private static Tally atMost(Tally t, long most) {
        long bad = Math.min(t.outcomes().bad(), most);
        long overdue = Math.min(t.outcomes().overdue(), most - bad);
        long good = Math.min(t.outcomes().good(), most - bad - overdue);
        return new Tally(
                t.offered(),
                t.inFlight(),
                new Tally.Outcomes(good, bad, overdue),
                Math.min(t.silent(), most),
                t.undelivered(),
                t.left(),
                new Tally.LastDeliveries(
                        Math.min(t.deliveries().missing(), most),
                        Math.min(t.deliveries().delivered(), most)),
                Math.min(t.crashed(), most));
    }

    /** The devices that were counted. */
    CountedDevices counted() {
        Tally confirming = confirming();
        return new CountedDevices(
                full.decided(),
                accounts(),
                all().decided() - full.decided(),
                confirming.decided() - full.decided(),
                none.decided());
    }
}
