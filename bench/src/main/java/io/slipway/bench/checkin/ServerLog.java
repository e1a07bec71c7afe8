package io.slipway.bench.checkin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A server's log, phase by phase. A warning under load is a finding, even if every answer was
 * right; one while it was slowed down for counting is not.
 */
final class ServerLog {

    /** Further ones say the same. */
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

    /** Skips what was logged since the last call of either method. */
    void skip() throws IOException {
        warnings();
    }

    /** The last line that explains why it ended. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(file);
        return lines.reversed().stream()
                .filter(line -> line.contains("SEVERE") || line.contains("Exception"))
                .findFirst()
                .orElse(lines.isEmpty() ? "nothing" : lines.getLast())
                .strip();
    }
}
