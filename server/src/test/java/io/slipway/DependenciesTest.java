package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the build takes from elsewhere is the same every time. */
class DependenciesTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path CONSOLE = ROOT.resolve("console");
    private static final Pattern VERSION =
            Pattern.compile("<(version|[\\w.-]+\\.version)>([^<]+)</\\1>");
    private static final Pattern EXACT = Pattern.compile("\\d[\\w.-]*|\\$\\{[\\w.-]+}");

    @Test
    void everyVersionInAPomIsExact() throws IOException {
        var loose = new ArrayList<String>();
        int versions = 0;
        for (String module : List.of(".", "protocol", "simulator", "console", "server", "bench")) {
            String pom = Files.readString(ROOT.resolve(module).resolve("pom.xml"));
            // The JDK is not downloaded: any newer one will do.
            pom = pom.replaceAll("(?s)<requireJavaVersion>.*?</requireJavaVersion>", "");
            Matcher version = VERSION.matcher(pom);
            while (version.find()) {
                versions++;
                String text = version.group(2);
                if (!EXACT.matcher(text).matches() || text.contains("SNAPSHOT")) {
                    loose.add(module + ": " + version.group());
                }
            }
        }
        assertThat(loose).isEmpty();
        assertThat(versions).isGreaterThan(30);
    }

    @Test
    void everyPackageOfTheConsoleIsExactAndHasAHash() throws IOException {
        var json = new ObjectMapper();
        JsonNode wanted = json.readTree(CONSOLE.resolve("package.json").toFile());
        var loose = new ArrayList<String>();
        for (String kind : List.of("dependencies", "devDependencies")) {
            for (var each : wanted.path(kind).properties()) {
                if (!EXACT.matcher(each.getValue().asText()).matches()) {
                    loose.add(each.toString());
                }
            }
        }
        JsonNode lock = json.readTree(CONSOLE.resolve("package-lock.json").toFile());
        int packages = 0;
        for (var each : lock.path("packages").properties()) {
            // The first is the console itself.
            if (!each.getKey().isEmpty()) {
                packages++;
                if (!each.getValue().path("integrity").asText().startsWith("sha512-")) {
                    loose.add(each.getKey());
                }
            }
        }
        assertThat(loose).isEmpty();
        assertThat(packages).isGreaterThan(100);
        assertThat(Files.readString(CONSOLE.resolve("build.sh")))
                .contains("npm ci --ignore-scripts");
    }
}
