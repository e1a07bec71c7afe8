package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The documentation: no dead links, the same sections in both languages, all calls of the API. */
class DocsTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path DOCS = ROOT.resolve("docs");
    private static final Path CHINESE = DOCS.resolve("zh-CN");
    private static final Path OPENAPI = Path.of("src/main/resources/openapi");

    /** Short enough that newcomers read it to the end. */
    private static final int README_LINES = 140;

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern PLACE = Pattern.compile("`(protocol/…/)?((?:[a-z]+/)+[A-Z]\\w+)`");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+Test)`");
    private static final Pattern HEADING = Pattern.compile("(#{1,6}) +(.*)");
    private static final Pattern ROW =
            Pattern.compile("\\| `([A-Z]+ /\\S*)` \\|[^|]*\\| ([^|]*?) ?\\|.*");
    private static final Set<String> METHODS =
            Set.of("get", "head", "post", "put", "patch", "delete", "options");

    private record Heading(int level, String text) {}

    /** The types named on the map exist where it says. */
    @Test
    void everyPlaceOnTheMapIsThere() throws IOException {
        String map = Files.readString(DOCS.resolve("architecture.md"));
        Path server = Path.of("src/main/java/io/slipway");
        Path protocol = ROOT.resolve("protocol/src/main/java/io/slipway/protocol");
        var gone = new ArrayList<String>();
        Matcher place = PLACE.matcher(map);
        int places = 0;
        while (place.find()) {
            places++;
            Path from = place.group(1) == null ? server : protocol;
            if (!Files.exists(from.resolve(place.group(2) + ".java"))) {
                gone.add(place.group());
            }
        }
        assertThat(gone).isEmpty();
        assertThat(places).isGreaterThan(40);
    }

    /** Each defence that the threat model claims names a test that exists. */
    @Test
    void everyTestOfTheThreatModelIsThere() throws IOException {
        Set<String> there = new HashSet<>();
        for (String module : List.of("protocol", "simulator", "server")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                files.map(file -> file.getFileName().toString()).forEach(there::add);
            }
        }
        var gone = new ArrayList<String>();
        int rows = 0;
        for (String line : Files.readAllLines(DOCS.resolve("security.md"))) {
            Matcher test = TEST.matcher(line);
            rows += test.find() ? 1 : 0;
            test.reset();
            while (test.find()) {
                if (!there.contains(test.group(1) + ".java")) {
                    gone.add(test.group(1));
                }
            }
        }
        assertThat(gone).isEmpty();
        assertThat(rows).isGreaterThan(15);
    }

    @Test
    void everyRelativeLinkResolves() throws IOException {
        var dead = new ArrayList<String>();
        int links = 0;
        for (Path page : pages()) {
            for (String line : prose(page)) {
                Matcher link = LINK.matcher(line.replaceAll("`[^`]*`", ""));
                while (link.find()) {
                    links++;
                    if (!resolves(page, link.group(1))) {
                        dead.add(ROOT.relativize(page) + " -> " + link.group(1));
                    }
                }
            }
        }
        assertThat(dead).isEmpty();
        assertThat(links).isGreaterThan(50);
    }

    @Test
    void chinesePagesHaveTheSectionsOfTheEnglishOnes() throws IOException {
        List<Path> chinese = markdown(CHINESE);
        assertThat(chinese).isNotEmpty();
        for (Path page : chinese) {
            Path english = DOCS.resolve(page.getFileName());
            assertThat(english).exists();
            assertThat(levels(page)).as(page.toString()).isEqualTo(levels(english));
        }
        assertThat(levels(ROOT.resolve("README.zh-CN.md")))
                .isEqualTo(levels(ROOT.resolve("README.md")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void readmesAreShort(String file) throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve(file))).hasSizeLessThan(README_LINES);
    }

    @Test
    void theTableOfTheApiHasEveryCallWithItsQueryAndNoOther() throws IOException {
        var written = new HashMap<String, String>();
        for (String line : Files.readAllLines(DOCS.resolve("api.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String twice = written.put(row.group(1), row.group(2));
                assertThat(twice).as(row.group(1) + " has two rows").isNull();
            }
        }
        assertThat(written).isEqualTo(calls());
    }

    // ------------------------------------------------------------ links

    private static boolean resolves(Path page, String target) throws IOException {
        if (target.matches("[a-z]+:.*")) {
            return true;
        }
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!file.startsWith(ROOT) || !Files.exists(file)) {
            return false;
        }
        return parts.length == 1 || anchors(file).contains(parts[1]);
    }

    /** The anchors of a page's headings, as GitHub creates them. */
    private static Set<String> anchors(Path page) throws IOException {
        var anchors = new HashSet<String>();
        for (Heading heading : headings(page)) {
            String slug =
                    heading.text()
                            .strip()
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                            .replaceAll("[^\\p{L}\\p{M}\\p{N}_ -]", "")
                            .replace(' ', '-');
            String anchor = slug;
            for (int n = 1; !anchors.add(anchor); n++) {
                anchor = slug + "-" + n;
            }
        }
        return anchors;
    }

    // ------------------------------------------------------------ pages

    private static List<Path> pages() throws IOException {
        var pages = new ArrayList<Path>();
        try (Stream<Path> files = Files.list(ROOT)) {
            files.filter(DocsTest::isMarkdown).sorted().forEach(pages::add);
        }
        pages.addAll(markdown(DOCS));
        return pages;
    }

    private static List<Path> markdown(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(DocsTest::isMarkdown).sorted().toList();
        }
    }

    private static boolean isMarkdown(Path file) {
        return file.toString().endsWith(".md");
    }

    /** Without code blocks, where a # is no heading and brackets are no link. */
    private static List<String> prose(Path page) throws IOException {
        var prose = new ArrayList<String>();
        boolean code = false;
        for (String line : Files.readAllLines(page)) {
            if (line.stripLeading().startsWith("```")) {
                code = !code;
            } else if (!code) {
                prose.add(line);
            }
        }
        return prose;
    }

    private static List<Heading> headings(Path page) throws IOException {
        return prose(page).stream()
                .map(HEADING::matcher)
                .filter(Matcher::matches)
                .map(found -> new Heading(found.group(1).length(), found.group(2)))
                .toList();
    }

    private static List<Integer> levels(Path page) throws IOException {
        return headings(page).stream().map(Heading::level).toList();
    }

    // ------------------------------------------------------------ API

    /** Method and path of all calls of the OpenAPI document, with the names in their query. */
    private static Map<String, String> calls() throws IOException {
        var json = new ObjectMapper();
        var areas = new ArrayList<JsonNode>();
        try (Stream<Path> files = Files.list(OPENAPI)) {
            for (Path file : files.toList()) {
                areas.add(json.readTree(file.toFile()));
            }
        }
        var shared = new HashMap<String, JsonNode>();
        for (JsonNode area : areas) {
            area.at("/components/parameters")
                    .properties()
                    .forEach(each -> shared.put(each.getKey(), each.getValue()));
        }
        var calls = new HashMap<String, String>();
        for (JsonNode area : areas) {
            for (var path : area.path("paths").properties()) {
                for (var call : path.getValue().properties()) {
                    if (METHODS.contains(call.getKey())) {
                        String name = call.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
                        calls.put(name, query(path.getValue(), call.getValue(), shared));
                    }
                }
            }
        }
        return calls;
    }

    private static String query(JsonNode path, JsonNode call, Map<String, JsonNode> shared) {
        var parameters = new ArrayList<JsonNode>();
        path.path("parameters").forEach(parameters::add);
        call.path("parameters").forEach(parameters::add);
        return parameters.stream()
                .map(each -> {
                    String reference = each.path("$ref").asText();
                    String name = reference.substring(reference.lastIndexOf('/') + 1);
                    return reference.isEmpty() ? each : shared.get(name);
                })
                .filter(each -> each.path("in").asText().equals("query"))
                .map(each -> "`" + each.path("name").asText() + "`")
                .collect(Collectors.joining(", "));
    }

    @Test
    void everyKindOfAlarmIsExplained() throws IOException {
        String english = Files.readString(DOCS.resolve("operations.md"));
        String chinese = Files.readString(CHINESE.resolve("operations.md"));
        String document = Files.readString(ROOT.resolve("console/openapi.json"));
        Matcher kinds =
                Pattern.compile("\"enum\"\\s*:\\s*\\[([^\\]]*\"rollout-halted\"[^\\]]*)\\]")
                        .matcher(document);
        assertThat(kinds.find()).isTrue();
        for (String kind : kinds.group(1).replaceAll("[\"\\s]", "").split(",")) {
            assertThat(english).contains("\n| `" + kind + "` |");
            assertThat(chinese).contains("\n| `" + kind + "` |");
        }
    }
}
