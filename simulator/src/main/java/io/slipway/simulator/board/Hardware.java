package io.slipway.simulator.board;

import io.slipway.protocol.firmware.Chip;

/**
 * What no update changes.
 *
 * @param board {@code board.name} and {@code board.type}; one that contains {@code ml307} connects
 *     by 4G
 */
public record Hardware(String board, Chip chip, PartitionTable table) {

    public Hardware {
        // Firmware does not escape it, and the command line uses colons and commas as separators.
        if (!board.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("not a board name: " + board);
        }
    }

    /** The silicon revision, major × 100 + minor: a current one. */
    public int revision() {
        return switch (chip) {
            case ESP32 -> 301;
            case ESP32C3 -> 4;
            case ESP32P4 -> 103;
            case ESP32C2, ESP32C5, ESP32C61, ESP32H2 -> 100;
            case ESP32S2, ESP32S3, ESP32C6, ESP32H21, ESP32H4, ESP32S31 -> 2;
        };
    }

    /** An ESP32-S3 with 16 MB and today's partition table. */
    public static Hardware of(String board) {
        return new Hardware(board, Chip.ESP32S3, PartitionTable.V2_16M);
    }

    /**
     * Parses {@code board}, {@code board:esp32c3} or {@code board:esp32c3:v2-16m-c3}.
     *
     * @throws IllegalArgumentException with the error
     */
    public static Hardware parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length > 3) {
            throw new IllegalArgumentException("board:chip:table, not " + text);
        }
        Chip chip =
                parts.length < 2
                        ? Chip.ESP32S3
                        : Chip.byModel(parts[1])
                                .orElseThrow(() ->
                                        new IllegalArgumentException("no chip called " + parts[1]));
        PartitionTable table =
                parts.length < 3
                        ? PartitionTable.V2_16M
                        : PartitionTable.labelled(parts[2])
                                .orElseThrow(() ->
                                        new IllegalArgumentException(
                                                "no partition table called " + parts[2]));
        return new Hardware(parts[0], chip, table);
    }
}
