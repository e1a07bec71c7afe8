package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every cited rule exists in {@code docs}, in the one spelling by which it can be found, and rule
 * numbers are never shown to people or programs that use the server.
 */
class LawTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /** The pages, each with the letters of its rules. */
    private static final Map<String, String> PAGES =
            Map.of(
                    "device-contract", "R",
                    "update-rules", "FEUX",
                    "decisions", "D",
                    "console-api", "",
                    "other-clients", "O");

    private static final String ID = "(?:[A-Z]\\d+|\\d+(?:\\.\\d+)?)";
    private static final Pattern RULE = Pattern.compile(ID);
    private static final Pattern CITATION =
            Pattern.compile(
                    "(?<![\\w-])("
                            + String.join("|", PAGES.keySet())
                            + ") ((?:rows? )?"
                            + ID
                            + "(?:(?:,| and| to| or|, and) "
                            + ID
                            + "(?!\\w|:[0-9A-Fa-f]{2}\\b))*)");

    /**
     * A rule's number by itself; anything that continues like a MAC or another hex number is not
     * one.
     */
    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\w%:.#-])[RDUFEX]\\d{1,2}b?(?![\\w-]|:[0-9A-Fa-f]{2}\\b)");

    private static final Pattern ESCAPED =
            Pattern.compile(
                    NUMBER.pattern()
                            + "|(?<!console-api )\\b[Rr]ows? \\d+\\b"
                            + "|§ ?\\d"
                            + "|(?<!device-)\\b[Cc]ontract \\d"
                            + "|\\b[Ss]ection \\d+(?:\\.\\d+)? of the (?:device )?contract");

    private static final Pattern SECTION = Pattern.compile("§ ?\\d");

    /** A field of the API that contains a rule. */
    private static final Pattern RULE_FIELD = Pattern.compile("(?<!=)\"rule\"(?=\\s*[:,\\]])");

    /** A type on the map; its path below {@code server}, or a package of {@code protocol}. */
    private static final Pattern MAPPED =
            Pattern.compile("`(?:([a-z][\\w/]*)/(?:…/([a-z]+)/)?)?([A-WYZ]\\w*[a-z]\\w*)`");

    /** Rule names in the simulator's reports, and in its tests. */
    private static final Pattern REPORTED =
            Pattern.compile("\"(?:([RFU]\\d{1,2})|§(\\d+(?:\\.\\d+)?))(?=[\" :|])");

    private static final Pattern JAVA_TOKEN =
            Pattern.compile(
                    "\"\"\"[\\s\\S]*?\"\"\"|\"[^\"\\\\\\n]*+(?:\\\\.[^\"\\\\\\n]*+)*+\""
                            + "|'(?:\\\\.[^']*+|[^'\\\\])'"
                            + "|/\\*[\\s\\S]*?\\*/|//[^\\n]*+(?:\\n[ \\t]*//[^\\n]*+)*+");

    private static final Pattern OTHER_COMMENT =
            Pattern.compile(
                    "(?<![\\w*\"'`])/\\*[\\s\\S]*?\\*/|<!--[\\s\\S]*?-->"
                            + "|(?<![^\\s])//[^\\n]*+(?:\\n[ \\t]*//[^\\n]*+)*+");

    private static final Pattern SCRIPT_COMMENT =
            Pattern.compile("(?<![^\\s])(?:#|--)[^\\n]*+(?:\\n[ \\t]*(?:#|--)[^\\n]*+)*+");

    private static final Set<String> SKIPPED =
            Set.of("target", "node_modules", ".git", "dist", "data", ".idea", "package-lock.json");

    private static final Map<Path, String> READ = new ConcurrentHashMap<>();

    @Test
    void everyRuleThatIsCitedIsThere() {
        var missing = new ArrayList<String>();
        int found = 0;
        for (Path file : files(path -> true)) {
            for (String text : prose(file)) {
                for (MatchResult cited : CITATION.matcher(text).results().toList()) {
                    found++;
                    RULE.matcher(cited.group(2))
                            .results()
                            .filter(id -> !exists(cited.group(1), id.group()))
                            .forEach(id -> missing.add(name(file) + ": " + cited.group()));
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(found).as("citations").isGreaterThan(150);
    }

    @Test
    void everyRuleIsCitedInTheSpellingThatIsFound() {
        var escaped = new ArrayList<String>();
        for (Path file : files(path -> true)) {
            for (String text : prose(file)) {
                String rest = CITATION.matcher(text).replaceAll("");
                ESCAPED.matcher(rest)
                        .results()
                        .filter(bare -> !atHome(file, bare.group()))
                        .forEach(bare -> escaped.add(name(file) + ": " + around(rest, bare)));
            }
        }
        assertThat(escaped).isEmpty();
    }

    /** In its own page a rule is cited by its number alone. */
    private static boolean atHome(Path file, String bare) {
        String page = page(file);
        if (!PAGES.containsKey(page) || !file.getParent().equals(ROOT.resolve("docs"))) {
            return false;
        }
        if (bare.startsWith("§")) {
            return page.equals("device-contract");
        }
        if (bare.toLowerCase(Locale.ROOT).startsWith("row")) {
            return page.equals("console-api");
        }
        return exists(page, bare.replaceFirst("b$", ""));
    }

    @Test
    void whatTheSimulatorReportsIsThere() {
        var missing = new ArrayList<String>();
        int found = 0;
        for (Path file : files(path -> path.toString().endsWith(".java"))) {
            for (MatchResult rule : REPORTED.matcher(read(file)).results().toList()) {
                found++;
                String id = rule.group(1) == null ? rule.group(2) : rule.group(1);
                boolean updates = id.startsWith("F") || id.startsWith("U");
                if (!exists(updates ? "update-rules" : "device-contract", id)) {
                    missing.add(name(file) + ": " + rule.group());
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(found).as("names of rules").isGreaterThan(100);
    }

    @Test
    void noNumberOfARuleIsShown() {
        var shown = new ArrayList<String>();
        for (Path file : files(LawTest::shown)) {
            String text =
                    file.toString().endsWith(".java")
                            ? String.join("\n", strings(file))
                            : OTHER_COMMENT.matcher(read(file)).replaceAll("");
            for (Pattern pattern : List.of(CITATION, NUMBER, SECTION, RULE_FIELD)) {
                pattern.matcher(text)
                        .results()
                        .forEach(found -> shown.add(name(file) + ": " + around(text, found)));
            }
        }
        assertThat(shown).isEmpty();
    }

    /** The console's texts and templates, the server's sentences and answers, the API document. */
    private static boolean shown(Path file) {
        String name = name(file);
        return name.startsWith("console/src/")
                || name.startsWith("server/src/main/java/")
                || name.startsWith("server/src/main/resources/openapi/")
                || name.endsWith(".html")
                || name.endsWith("sentences.tsv");
    }

    @Test
    void theMapAndTheGlossaryNameTypesThatExist() {
        Set<String> types =
                files(path -> path.toString().endsWith(".java")).stream()
                        .map(LawTest::page)
                        .collect(Collectors.toSet());
        String map = read(ROOT.resolve("docs/architecture.md"));
        String table = map.substring(map.indexOf("## Where is what"), map.indexOf("### Walls"));
        var missing = new ArrayList<String>();
        MAPPED.matcher(table)
                .results()
                .filter(named -> !types.contains(named.group(3)) || astray(named))
                .forEach(named -> missing.add("architecture.md: " + named.group()));
        Pattern.compile("\\| `(\\w+)` \\|\\n")
                .matcher(read(ROOT.resolve("docs/glossary.md")))
                .results()
                .filter(named -> !types.contains(named.group(1)))
                .forEach(named -> missing.add("glossary.md: " + named.group()));
        assertThat(missing).isEmpty();
    }

    /** Whether a type is not in the package that the map shows for it. */
    private static boolean astray(MatchResult named) {
        Path protocol = ROOT.resolve("protocol/src/main/java/io/slipway/protocol");
        Path server = ROOT.resolve("server/src/main/java/io/slipway");
        if (named.group(1) == null) {
            return false;
        }
        Path room =
                named.group(2) == null
                        ? server.resolve(named.group(1))
                        : protocol.resolve(named.group(2));
        return !Files.exists(room.resolve(named.group(3) + ".java"));
    }

    @Test
    void theGlossarysChineseIsTheConsoles() {
        String said =
                files(LawTest::shown).stream().map(LawTest::read).collect(Collectors.joining("\n"));
        List<String> strange =
                Pattern.compile("(?m)^\\| [^|]+ \\| ([^|]*\\p{IsHan}[^|]*) \\|")
                        .matcher(read(ROOT.resolve("docs/glossary.md")))
                        .results()
                        .flatMap(row -> Stream.of(row.group(1).split(", ")))
                        .filter(word -> !word.equals("中文") && !said.contains(word))
                        .toList();
        assertThat(strange).isEmpty();
    }

    private static boolean exists(String page, String id) {
        String text = read(ROOT.resolve("docs").resolve(page + ".md"));
        String quoted = Pattern.quote(id);
        String heading = "(?m)^#{2,3} " + quoted + "[. ]|^\\| " + quoted + " \\|";
        boolean fits =
                id.matches("\\d.*") || PAGES.getOrDefault(page, "").indexOf(id.charAt(0)) >= 0;
        return fits && Pattern.compile(heading).matcher(text).find();
    }

    /** The parts of a file that are written for people: comments of code, all of a page. */
    private static List<String> prose(Path file) {
        String name = file.getFileName().toString();
        String text = read(file);
        if (name.endsWith(".md")) {
            return List.of(text.replaceAll("\\s*\\n\\s*", " \n"));
        }
        Pattern comment =
                name.endsWith(".java")
                        ? JAVA_TOKEN
                        : name.matches(".*\\.(ts|vue|mjs|css|html|xml)")
                                ? OTHER_COMMENT
                                : SCRIPT_COMMENT;
        return comment.matcher(text)
                .results()
                .map(MatchResult::group)
                .filter(token -> !token.startsWith("\"") && !token.startsWith("'"))
                .map(token -> token.replaceAll("\\n[ \\t]*(?:\\*(?!/)|//|#|--)?[ \\t]*", " "))
                .toList();
    }

    private static List<String> strings(Path file) {
        return JAVA_TOKEN
                .matcher(read(file))
                .results()
                .map(MatchResult::group)
                .filter(token -> token.startsWith("\""))
                .toList();
    }

    private static List<Path> files(Predicate<Path> wanted) {
        var found = new ArrayList<Path>();
        collect(ROOT, found);
        return found.stream().filter(wanted).toList();
    }

    private static void collect(Path folder, List<Path> found) {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                String name = entry.getFileName().toString();
                if (SKIPPED.contains(name)) {
                    continue;
                }
                if (Files.isDirectory(entry)) {
                    collect(entry, found);
                } else if (name.matches(
                                ".*\\.(java|ts|vue|mjs|css|html|sh|py|lua|sql|xml|json|tsv|md)")
                        || Set.of("slipway", "run").contains(name)) {
                    found.add(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        return READ.computeIfAbsent(
                file,
                path -> {
                    try {
                        return Files.readString(path);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private static String page(Path file) {
        return file.getFileName().toString().replaceFirst("\\.\\w+$", "");
    }

    private static String name(Path file) {
        return ROOT.relativize(file).toString().replace('\\', '/');
    }

    private static String around(String text, MatchResult found) {
        int from = Math.max(0, found.start() - 40);
        int to = Math.min(text.length(), found.end() + 20);
        return text.substring(from, to).replace('\n', ' ');
    }
}
