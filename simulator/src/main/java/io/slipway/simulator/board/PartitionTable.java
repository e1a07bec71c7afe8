package io.slipway.simulator.board;

import io.slipway.protocol.ota.Partition;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The flash layouts of boards (device-contract 9.3). */
public enum PartitionTable {
    V2_16M(
            "v2-16m",
            16,
            slot(0, 0x2_0000, 0x3f_0000),
            slot(1, 0x41_0000, 0x3f_0000),
            new Partition("assets", 1, 130, 0x80_0000, 0x80_0000)),
    V2_16M_C3(
            "v2-16m-c3",
            16,
            slot(0, 0x2_0000, 0x3f_0000),
            slot(1, 0x41_0000, 0x3f_0000),
            new Partition("assets", 1, 130, 0x80_0000, 4000 * 1024)),
    V2_8M(
            "v2-8m",
            8,
            slot(0, 0x2_0000, 0x2f_0000),
            slot(1, 0x31_0000, 0x2f_0000),
            new Partition("assets", 1, 130, 0x60_0000, 0x20_0000)),
    /** No slots: it can't be updated. */
    V2_4M(
            "v2-4m",
            4,
            new Partition("factory", 0, 0, 0x1_0000, 0x27_0000),
            new Partition("assets", 1, 130, 0x28_0000, 0x18_0000)),
    /** The old layout, without assets. */
    V1_16M(
            "v1-16m",
            16,
            new Partition("model", 1, 130, 0x1_0000, 0xf_0000),
            slot(0, 0x10_0000, 0x60_0000),
            slot(1, 0x70_0000, 0x60_0000)),
    V1_8M(
            "v1-8m",
            8,
            new Partition("model", 1, 130, 0x1_0000, 0xf_0000),
            slot(0, 0x10_0000, 0x38_0000),
            slot(1, 0x48_0000, 0x38_0000));

    private static final String START =
            "\"partition_table\": ["
                    + row(new Partition("nvs", 1, 2, 0x9000, 0x4000))
                    + ","
                    + row(new Partition("otadata", 1, 0, 0xd000, 0x2000))
                    + ","
                    + row(new Partition("phy_init", 1, 1, 0xf000, 0x1000));

    private final String label;
    private final int megabytes;
    private final long slotSize;
    private final String rows;

    PartitionTable(String label, int megabytes, Partition... partitions) {
        this.label = label;
        this.megabytes = megabytes;
        this.slotSize =
                Stream.of(partitions)
                        .filter(p -> p.label().equals("ota_1"))
                        .mapToLong(Partition::size)
                        .sum();
        this.rows = Stream.of(partitions).map(p -> "," + row(p)).collect(Collectors.joining());
    }

    private static Partition slot(int number, long address, long size) {
        return new Partition("ota_" + number, 0, 16 + number, address, size);
    }

    /** The name on the command line. */
    public String label() {
        return label;
    }

    /** In bytes. */
    public long flashSize() {
        return (long) megabytes << 20;
    }

    /** The size in bytes of each of the two slots, 0 if there are none. */
    public long slotSize() {
        return slotSize;
    }

    /** A device's label of slot 0 or 1. */
    public String slot(int number) {
        return slotSize == 0 ? "factory" : "ota_" + number;
    }

    /** The members {@code partition_table} and {@code ota} of a check-in. */
    String reported(String running) {
        return START + rows + "],\"ota\":{\"label\":\"" + running + "\"},";
    }

    private static String row(Partition p) {
        return "{\"label\":\"%s\",\"type\":%d,\"subtype\":%d,\"address\":%d,\"size\":%d}"
                .formatted(p.label(), p.type(), p.subtype(), p.address(), p.size());
    }

    static Optional<PartitionTable> labelled(String label) {
        for (PartitionTable table : values()) {
            if (table.label.equals(label)) {
                return Optional.of(table);
            }
        }
        return Optional.empty();
    }
}
