package io.slipway.protocol.ota;

/**
 * One row of the flash's partition table.
 *
 * @param label at most 16 characters
 * @param type 0 app, 1 data
 * @param subtype for an app: 0 factory, 16 ota_0, 17 ota_1
 * @param address offset in flash, in bytes
 * @param size in bytes
 */
public record Partition(String label, int type, int subtype, long address, long size) {}
