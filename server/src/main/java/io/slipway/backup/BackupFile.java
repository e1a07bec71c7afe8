package io.slipway.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Set;

/**
 * The format of a backup: a zip, encrypted as a whole if there is a passphrase, with entries in
 * this order: {@value #HEADER}, {@value #KEY}, a file of {@value #TABLES} for each table, a file of
 * {@value #IMAGES} for each image, {@value #MANIFEST}.
 */
final class BackupFile {

    static final String HEADER = "backup.json";
    static final String KEY = "secret.key";
    static final String TABLES = "tables/";
    static final String TABLE_END = ".jsonl";
    static final String IMAGES = "firmware/";
    static final String IMAGE_END = ".bin";
    static final String MANIFEST = "manifest.json";

    /** Different images in a backup: their sums are kept in memory. */
    static final int MOST_IMAGES = 100_000;

    /** Of an image, bytes: twice the largest that can be allowed. */
    static final long LARGEST_IMAGE = 256L * 1024 * 1024;

    /** Of header, key and manifest, bytes. */
    static final int LARGEST_JSON = 32 * 1024 * 1024;

    /** What nodes that run now tell each other: would be wrong wherever it is restored. */
    static final Set<String> OF_THE_MOMENT = Set.of("node", "presence", "node_call", "build_busy");

    static final ObjectMapper JSON = JsonMapper.builder().build();

    private BackupFile() {}
}
