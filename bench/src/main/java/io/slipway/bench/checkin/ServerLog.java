package io.slipway.bench.checkin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a server says, phase by phase. A warning under load is a finding, even when every answer was
 * right; one while it was slowed down to count is none.
 */
final class ServerLog {

    /** The rest says the same. */
    private static final int MOST = 20;

    private final Path file;
    private long read;

    ServerLog(Path file) {
        this.file = file;
    }

    /** Warnings since the last call of either method. */
    List<String> warnings() throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<String> found =
                lines.stream()
                        .skip(read)
                        .filter(line -> line.contains(" WARNING ") || line.contains(" SEVERE "))
                        .limit(MOST)
                        .toList();
        read = lines.size();
        return found;
    }

    /** Passes over what was said since the last call of either method. */
    void skip() throws IOException {
        warnings();
    }

    /** The last thing that tells why it ended. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(file);
        return lines.reversed().stream()
                .filter(line -> line.contains("SEVERE") || line.contains("Exception"))
                .findFirst()
                .orElse(lines.isEmpty() ? "nothing" : lines.getLast())
                .strip();
    }
}
