package io.slipway.protocol.firmware;

import java.util.List;

/**
 * Where in a file an application image was found.
 *
 * @param zipEntry in which entry of a zip, for people; {@code ""} if the file is no zip
 * @param partition in which partition of a merged image; {@code ""} if it is not merged
 * @param offset where it begins in the merged image, in bytes; 0 if it is not merged
 * @param dropped the labels of the other partitions with content
 */
public record Extraction(String zipEntry, String partition, long offset, List<String> dropped) {

    public Extraction {
        dropped = List.copyOf(dropped);
        if (zipEntry.isEmpty() && partition.isEmpty()) {
            throw new IllegalArgumentException("found in nothing");
        }
    }
}
