package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.file.MultipartFuzz;
import io.slipway.lists.DeviceListFuzz;
import io.slipway.rollout.api.PlanFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays the inputs that {@code ./slipway fuzz} starts from and those that it found, as far as
 * they are kept. A new finding is added to its folder together with its fix.
 */
class ServerFuzzTest {

    private static final Path KEPT = Path.of("src/test/resources/fuzz");

    /** What is replayed in every run stays small. */
    private static final int MOST = 150;

    private static final int MOST_BYTES = 64 * 1024;

    private static final Map<String, Consumer<byte[]>> TARGETS =
            Map.of(
                    "list", DeviceListFuzz::fuzzerTestOneInput,
                    "multipart", MultipartFuzz::fuzzerTestOneInput,
                    "plan", PlanFuzz::fuzzerTestOneInput);

    static Stream<String> targets() {
        return TARGETS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void whatIsKeptPasses(String target) throws IOException {
        List<Path> inputs;
        try (var files = Files.list(KEPT.resolve(target))) {
            inputs = files.sorted().toList();
        }
        assertThat(inputs).hasSizeBetween(2, MOST);
        for (Path input : inputs) {
            byte[] bytes = Files.readAllBytes(input);
            assertThat(bytes.length).as("%s", input).isLessThanOrEqualTo(MOST_BYTES);
            try {
                TARGETS.get(target).accept(bytes);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(input + ": " + e, e);
            }
        }
    }

    @Test
    void theLauncherKnowsEveryTarget() throws IOException {
        String launcher = Files.readString(Path.of("../slipway"));
        assertThat(targets())
                .allSatisfy(name -> assertThat(launcher).contains("    " + name + ") target="));
    }
}
