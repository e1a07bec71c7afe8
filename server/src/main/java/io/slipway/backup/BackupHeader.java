package io.slipway.backup;

/**
 * The first entry of a backup.
 *
 * @param format {@value #FORMAT}
 * @param program the version of the program that wrote it
 * @param schema the version of the tables
 * @param engine that it was read from
 * @param time ISO 8601
 */
record BackupHeader(int format, String program, int schema, String engine, String time) {

    static final int FORMAT = 1;
}
