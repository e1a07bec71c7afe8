package io.slipway.rollout.rules.plan;

import io.slipway.protocol.ota.Partition;
import java.util.Comparator;
import java.util.List;

/**
 * The OTA slots of a partition table, and which one an update would be written to.
 *
 * @param ota the slots in the order in which they are used
 */
record Slots(List<Partition> ota) {

    private static final int APP = 0;
    private static final int FIRST_OTA = 16;
    private static final int LAST_OTA = 31;

    Slots {
        ota = List.copyOf(ota);
    }

    static Slots of(List<Partition> table) {
        return new Slots(
                table.stream()
                        .filter(p -> p.type() == APP)
                        .filter(p -> p.subtype() >= FIRST_OTA && p.subtype() <= LAST_OTA)
                        .sorted(Comparator.comparingInt(Partition::subtype))
                        .toList());
    }

    /**
     * Bytes that fit into the slot of the next image: the one after the running slot, or the
     * smallest if the running one is unknown.
     *
     * @return 0 when nothing can be written: there is only one slot, or the device runs from
     *     elsewhere
     */
    long room(String running) {
        if (ota.size() < 2) {
            return 0;
        }
        if (running.isEmpty()) {
            return ota.stream().mapToLong(Partition::size).min().orElse(0);
        }
        for (int i = 0; i < ota.size(); i++) {
            if (ota.get(i).label().equals(running)) {
                return ota.get((i + 1) % ota.size()).size();
            }
        }
        return 0;
    }
}
