package io.slipway.cluster;

import io.slipway.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of one process: the name is new at every start, so that nothing meant for an earlier run
 * reaches a later one.
 *
 * @param name 8 lower-case hex digits
 * @param earlier the name of the previous run in the same data folder; empty if unknown
 */
public record Node(String name, String earlier) {

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{8}");
    private static final SecureRandom RANDOM = new SecureRandom();

    public Node {
        if (!NAME.matcher(name).matches()
                || !(earlier.isEmpty() || NAME.matcher(earlier).matches())) {
            throw new IllegalArgumentException("not the name of a node");
        }
    }

    /** Starts a new run in {@code folder}, which stores its name for the next one. */
    public static Node start(Path folder) {
        Path file = folder.resolve("node");
        String earlier = "";
        String name = fresh();
        try {
            if (Files.exists(file)) {
                String found = Files.readString(file).strip();
                earlier = NAME.matcher(found).matches() ? found : "";
            }
            PrivateFiles.secure(file);
            Files.writeString(file, name + "\n");
        } catch (IOException e) {
            // The data of the previous run is then deleted once it has been silent for long enough.
            LOG.warn("the node's name can't be stored in {}: {}", file, e.toString());
        }
        return new Node(name, earlier);
    }

    private static String fresh() {
        byte[] bytes = new byte[4];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
