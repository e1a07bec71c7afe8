package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One word, one meaning: no two types of a program have the same name, and none is abbreviated,
 * unless {@code type-names.txt} gives a reason. Includes nested and local types.
 */
class NamesTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path ALLOWED = Path.of("src/test/resources/type-names.txt");

    /** Modules that form one program: a reader meets all of their types. */
    private static final List<List<String>> PROGRAMS =
            List.of(List.of("server", "protocol"), List.of("simulator"), List.of("bench"));

    private static final Pattern NO_CODE =
            Pattern.compile(
                    "/\\*.*?\\*/|//[^\\n]*|\"\"\".*?(?<!\\\\)\"\"\""
                            + "|\"(?:[^\"\\\\\\n]++|\\\\.)*+\"|'(?:[^'\\\\\\n]|\\\\.)+'",
                    Pattern.DOTALL);
    private static final Pattern TOKEN =
            Pattern.compile(
                    "(?<![\\w.])(?:class|interface|enum|record(?=\\s+\\w+\\s*[<(]))\\s+"
                            + "(?<name>[A-Z]\\w*)|(?<brace>[{}])");
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?[\\w.]+\\.[A-Z]\\w*\\.(\\w+);", Pattern.MULTILINE);
    private static final Pattern WORD = Pattern.compile("[A-Z]+(?![a-z])\\d*|[A-Z][a-z]*\\d*");
    private static final Pattern LINE =
            Pattern.compile("(duplicate|abbreviation) (\\w+): (\\S.*\\S)|words ([\\w ]+)");

    /** Common abbreviations that have vowels and more than three letters. */
    private static final Set<String> SHORTENINGS =
            Set.of(
                    ("addr admin alloc args attr attrs auth bool buff calc char cidr conf config conn"
                                    + " coord curr decl desc dest diff elem eval exec expr func hmac"
                                    + " impl info init inst json lang misc mqtt nums oper orig param"
                                    + " params prev proc prop props quant recv repo resp rssi spec"
                                    + " stat stats sync temp trans util utils vals vars yaml")
                            .split(" "));

    /**
     * A declared type.
     *
     * @param path outer types, outermost first, and its own name
     */
    private record Declared(String name, String path, Path file) {}

    private static Map<String, String> duplicates;
    private static Map<String, String> abbreviations;
    private static Set<String> words;

    @BeforeAll
    static void readWhatIsAllowed() throws IOException {
        duplicates = new TreeMap<>();
        abbreviations = new TreeMap<>();
        words = new TreeSet<>();
        for (String line : Files.readAllLines(ALLOWED)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            Matcher entry = LINE.matcher(line);
            assertThat(entry.matches()).as(line).isTrue();
            if (entry.group(4) != null) {
                words.addAll(List.of(entry.group(4).split(" ")));
                continue;
            }
            var list = entry.group(1).equals("duplicate") ? duplicates : abbreviations;
            assertThat(list.put(entry.group(2), entry.group(3))).as(line).isNull();
        }
    }

    @Test
    void noTwoTypesHaveOneName() throws IOException {
        var twice = new TreeSet<String>();
        var found = new TreeSet<String>();
        for (List<String> program : PROGRAMS) {
            Map<String, List<Declared>> byName =
                    declared(program).stream().collect(Collectors.groupingBy(Declared::name));
            byName.forEach((name, types) -> {
                if (types.size() > 1) {
                    found.add(name);
                    if (!duplicates.containsKey(name)) {
                        types.forEach(type -> twice.add(name + ": " + where(type)));
                    }
                }
            });
        }
        assertThat(twice).as("types with the same name; rename them").isEmpty();
        assertThat(found).as("allowed duplicates").containsAll(duplicates.keySet());
    }

    /** Shared names must be qualified by the outer type's name. */
    @Test
    void sharedNamesAreQualified() throws IOException {
        var bare = new TreeSet<String>();
        for (List<String> program : PROGRAMS) {
            for (Path file : sources(program)) {
                Matcher imported = IMPORT.matcher(Files.readString(file));
                while (imported.find()) {
                    String name = imported.group(1);
                    if (duplicates.containsKey(name)) {
                        bare.add(ROOT.relativize(file) + ": " + imported.group());
                    }
                }
            }
        }
        assertThat(bare).isEmpty();
    }

    @Test
    void abbreviationsAreThoseThatEverybodyKnows() throws IOException {
        var unlisted = new TreeSet<String>();
        var found = new TreeSet<String>();
        for (List<String> program : PROGRAMS) {
            for (Declared type : declared(program)) {
                Matcher word = WORD.matcher(type.name());
                while (word.find()) {
                    if (!abbreviated(word.group())) {
                        continue;
                    }
                    found.add(word.group());
                    if (!abbreviations.containsKey(word.group())) {
                        unlisted.add(word.group() + ": " + where(type));
                    }
                }
            }
        }
        assertThat(unlisted).as("abbreviations; write them out").isEmpty();
        assertThat(abbreviations.keySet()).as("allowed abbreviations").isEqualTo(found);
    }

    // Long abbreviations with vowels can't be distinguished from words, unless they are listed.
    private static boolean abbreviated(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return !words.contains(word)
                && (word.length() <= 3
                        || !lower.matches(".*[aeiouy].*")
                        || SHORTENINGS.contains(lower));
    }

    private static String where(Declared type) {
        return type.path() + " in " + ROOT.relativize(type.file());
    }

    private static List<Path> sources(List<String> modules) throws IOException {
        var all = new ArrayList<Path>();
        for (String module : modules) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(all::add);
            }
        }
        assertThat(all).hasSizeGreaterThan(20);
        return all;
    }

    private static List<Declared> declared(List<String> modules) throws IOException {
        var all = new ArrayList<Declared>();
        for (Path file : sources(modules)) {
            String code = NO_CODE.matcher(Files.readString(file)).replaceAll(" ");
            var blocks = new ArrayDeque<String>();
            String path = "";
            String next = "";
            Matcher token = TOKEN.matcher(code);
            while (token.find()) {
                String name = token.group("name");
                if (name != null) {
                    next = path.isEmpty() ? name : path + "." + name;
                    all.add(new Declared(name, next, file));
                } else if (token.group("brace").equals("{")) {
                    // A block that does not belong to a type belongs to the enclosing type.
                    blocks.push(path);
                    path = next.isEmpty() ? path : next;
                    next = "";
                } else {
                    path = blocks.pop();
                }
            }
            assertThat(blocks).as(file.toString()).isEmpty();
        }
        return all;
    }
}
