package io.slipway.simulator.update;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The faults and their frequency.
 *
 * @param shares 0 to 1 each; faults without a share never happen
 * @param places the byte of a download, for faults that have a place; otherwise random
 */
public record UpdateFaults(Map<UpdateFault, Double> shares, Map<UpdateFault, Long> places) {

    public static final UpdateFaults NONE = new UpdateFaults(Map.of(), Map.of());

    public UpdateFaults {
        shares = Map.copyOf(shares);
        places = Map.copyOf(places);
        if (shares.values().stream().anyMatch(share -> !(share >= 0 && share <= 1))) {
            throw new IllegalArgumentException("shares between 0 and 1: " + shares);
        }
        if (places.values().stream().anyMatch(place -> place < 0)
                || !places.keySet().stream().allMatch(UpdateFault::hasPlace)) {
            throw new IllegalArgumentException("has no place in a download: " + places);
        }
    }

    /** One fault, always. */
    public static UpdateFaults always(UpdateFault fault) {
        return NONE.with(fault, 1);
    }

    /** These and another one. */
    public UpdateFaults with(UpdateFault fault, double share) {
        var more = new EnumMap<UpdateFault, Double>(UpdateFault.class);
        more.putAll(shares);
        more.put(fault, share);
        return new UpdateFaults(more, places);
    }

    /** These, one of them at a given byte. */
    public UpdateFaults at(UpdateFault fault, long place) {
        var more = new EnumMap<UpdateFault, Long>(UpdateFault.class);
        more.putAll(places);
        more.put(fault, place);
        return new UpdateFaults(shares, more);
    }

    /**
     * Parses {@code crash-before-valid=0.1,power-loss@200000=0.05,no-return}; without a share it
     * always happens.
     *
     * @throws IllegalArgumentException with the error
     */
    public static UpdateFaults parse(String text) {
        UpdateFaults faults = NONE;
        for (String part : text.split(",")) {
            String[] pair = part.strip().split("=", 2);
            String[] name = pair[0].split("@", 2);
            UpdateFault fault = UpdateFault.parse(name[0]);
            String share = pair.length == 1 ? "1" : pair[1];
            if (!share.matches("[0-9.]{1,12}")) {
                throw new IllegalArgumentException("not a share: " + share);
            }
            faults = faults.with(fault, Double.parseDouble(share));
            if (name.length == 2) {
                if (!name[1].matches("[0-9]{1,10}")) {
                    throw new IllegalArgumentException("no byte of a file: " + name[1]);
                }
                faults = faults.at(fault, Long.parseLong(name[1]));
            }
        }
        return faults;
    }

    boolean strikes(UpdateFault fault, SplittableRandom random) {
        double share = shares.getOrDefault(fault, 0.0);
        return share > 0 && random.nextDouble() < share;
    }

    /** How a good image behaves on the device that has just installed it. */
    Behaviour quirk(SplittableRandom random) {
        if (strikes(UpdateFault.CRASH_BEFORE_VALID, random)) {
            return Behaviour.CRASH_BEFORE_VALID;
        }
        if (strikes(UpdateFault.CRASH_ON_ANSWER, random)) {
            return Behaviour.CRASH_ON_ANSWER;
        }
        if (strikes(UpdateFault.CRASH_AFTER_VALID, random)) {
            return Behaviour.CRASH_AFTER_VALID;
        }
        return strikes(UpdateFault.HANG, random) ? Behaviour.HANG : Behaviour.GOOD;
    }

    /** Where in a download of this length it happens, -1 for not at all. */
    long place(UpdateFault fault, long length, SplittableRandom random) {
        if (!strikes(fault, random)) {
            return -1;
        }
        long place = places.getOrDefault(fault, -1L);
        return place >= 0 ? Math.min(place, length - 1) : random.nextLong(length);
    }
}
