package io.slipway.backup;

/**
 * What a table contained.
 *
 * @param sha256 of its lines, see {@link RowFormat}
 */
record TableSum(String name, long rows, String sha256) {}
