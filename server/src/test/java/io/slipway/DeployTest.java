package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What is in deploy/: it names settings, health checks and commands that exist. */
class DeployTest {

    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final Pattern VARIABLE = Pattern.compile("SLIPWAY_[A-Z0-9_]+");

    /** Not settings, but the launcher's. */
    private static final Set<String> OTHERS = Set.of("SLIPWAY_JAVA_OPTS");

    @Test
    void variablesAreSettings() throws IOException {
        Set<String> known =
                Config.defaults().declared().stream()
                        .map(Settings.Declared::key)
                        .map(key -> key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"))
                        .map(key -> "SLIPWAY_" + key)
                        .collect(Collectors.toCollection(TreeSet::new));
        known.addAll(OTHERS);
        int found = 0;
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                List<String> variables =
                        VARIABLE.matcher(Files.readString(file))
                                .results()
                                .map(java.util.regex.MatchResult::group)
                                .toList();
                assertThat(known).as("%s", file).containsAll(variables);
                found += variables.size();
            }
        }
        assertThat(found).isGreaterThan(10);
    }

    @Test
    void theManifestsAreWhatTheSchedulerNeeds() throws IOException {
        List<Object> documents = documents("kubernetes/slipway.yaml");
        assertThat(documents)
                .extracting(each -> at(each, "kind"))
                .containsExactly(
                        "Secret",
                        "PersistentVolumeClaim",
                        "Deployment",
                        "Service",
                        "PodDisruptionBudget");
        Object deployment = documents.get(2);
        Object pod = at(deployment, "spec", "template", "spec");
        Object container = at(pod, "containers", 0);
        assertThat(at(container, "startupProbe", "httpGet", "path")).isEqualTo("/health/live");
        assertThat(at(container, "livenessProbe", "httpGet", "path")).isEqualTo("/health/live");
        assertThat(at(container, "readinessProbe", "httpGet", "path")).isEqualTo("/health/ready");
        assertThat(at(container, "securityContext", "readOnlyRootFilesystem")).isEqualTo(true);
        assertThat(at(deployment, "spec", "selector", "matchLabels"))
                .isEqualTo(at(deployment, "spec", "template", "metadata", "labels"))
                .isEqualTo(at(documents.get(3), "spec", "selector"))
                .isEqualTo(at(documents.get(4), "spec", "selector", "matchLabels"));
        // Longer than the server may take to stop.
        assertThat((Integer) at(pod, "terminationGracePeriodSeconds")).isGreaterThan(grace());
        var volumes = ((List<?>) at(pod, "volumes")).stream().map(each -> at(each, "name"));
        var mounts =
                ((List<?>) at(container, "volumeMounts")).stream().map(each -> at(each, "name"));
        assertThat(mounts).containsExactlyInAnyOrderElementsOf(volumes.toList());
    }

    @Test
    void containersAreGivenTimeToStopAndAPlaceToWrite() throws IOException {
        Object compose = documents("container/compose.yaml").getFirst();
        Object service = at(compose, "services", "slipway");
        assertThat(at(service, "read_only")).isEqualTo(true);
        assertThat(at(service, "stop_grace_period")).isEqualTo("150s");
        assertThat(grace()).isLessThan(150);
        String image = Files.readString(DEPLOY.resolve("container/Dockerfile"));
        String folder = at(service, "volumes", 0).toString().replace("slipway:", "");
        assertThat(image)
                .contains(
                        "VOLUME " + folder + "\n", "WORKDIR " + folder + "\n", "USER 10001:10001");
        for (String more : List.of("compose.postgres.yaml", "compose.caddy.yaml")) {
            String text = Files.readString(DEPLOY.resolve("container").resolve(more));
            // A tag of Compose's own: the ports of the file before are not opened.
            Object added = load(text.replace("!reset", "")).getFirst();
            assertThat(at(added, "services", "slipway")).as(more).isNotNull();
        }
        String unit = Files.readString(DEPLOY.resolve("systemd/slipway.service"));
        assertThat(unit).contains("TimeoutStopSec=150\n", "Restart=always\n");
    }

    private static int grace() {
        return Config.defaults().declared().stream()
                .filter(each -> each.key().equals("shutdown.grace"))
                .map(each -> Integer.valueOf(each.standard().replace(" s", "")))
                .findFirst()
                .orElseThrow();
    }

    private static List<Object> documents(String file) throws IOException {
        return load(Files.readString(DEPLOY.resolve(file)));
    }

    private static List<Object> load(String yaml) {
        var documents = new ArrayList<Object>();
        new Load(LoadSettings.builder().build()).loadAllFromString(yaml).forEach(documents::add);
        return documents;
    }

    private static Object at(Object node, Object... path) {
        Object found = node;
        for (Object step : path) {
            found =
                    found instanceof List<?> list
                            ? list.get((Integer) step)
                            : ((Map<?, ?>) found).get(step);
        }
        return found;
    }
}
