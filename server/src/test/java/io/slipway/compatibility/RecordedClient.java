package io.slipway.compatibility;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A client as its bytes: a file in {@code src/test/resources/clients} with its name, a sentence
 * about it, and one section for each thing that it does. Header lines end with CRLF on the wire;
 * {@code {blank}} is a trailing blank, which editors would remove.
 */
record RecordedClient(String file, String name, String about, Map<String, String> sections) {

    private static final Path FOLDER = Path.of("src", "test", "resources", "clients");
    private static final Path FIXTURES =
            Path.of("..", "protocol", "src", "test", "resources", "fixtures");

    RecordedClient {
        sections = Map.copyOf(sections);
    }

    /** All of them, by file name. */
    static List<RecordedClient> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(RecordedClient::read).toList();
        }
    }

    private static RecordedClient read(Path file) {
        try {
            var sections = new LinkedHashMap<String, String>();
            String[] parts = Files.readString(file).split("(?m)^### ");
            String[] title = parts[0].strip().split("\n", 2);
            for (int i = 1; i < parts.length; i++) {
                String[] named = parts[i].split("\n", 2);
                sections.put(named[0].strip(), named[1].stripTrailing());
            }
            return new RecordedClient(
                    file.getFileName().toString(), title[0], title[1].strip(), sections);
        } catch (IOException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }

    boolean does(String what) {
        return sections.containsKey(what);
    }

    /** A line of its section {@code identity}; {@code ""} if absent. */
    String fact(String key) {
        return sections.getOrDefault("identity", "")
                .lines()
                .filter(line -> line.startsWith(key + ": "))
                .map(line -> line.substring(key.length() + 2).strip())
                .findFirst()
                .orElse("");
    }

    /** The bytes of a request, with values for what it can't know before. */
    byte[] request(String section, Map<String, String> values) throws IOException {
        String[] parts = sections.getOrDefault(section, "").split("\n\n", 2);
        String body = parts.length < 2 ? "" : filled(parts[1], values);
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        String head =
                filled(parts[0], values)
                        .replace("{length}", Integer.toString(bytes.length))
                        .replace("{blank}", " ");
        String text = head.replace("\n", "\r\n") + "\r\n\r\n" + body;
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What it says once its socket is open. */
    String hello() {
        return sections.getOrDefault("session", "").split("\n\n", 2)[1];
    }

    /** The head of its request for a socket. */
    byte[] handshake(Map<String, String> values) {
        String head = filled(sections.getOrDefault("session", "").split("\n\n", 2)[0], values);
        return (head.replace("\n", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String filled(String text, Map<String, String> values) {
        String filled = text;
        if (text.startsWith("{fixture ")) {
            String name = text.substring("{fixture ".length(), text.indexOf('}'));
            try {
                filled = Files.readString(FIXTURES.resolve(name), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new IllegalStateException(name, e);
            }
        }
        for (var value : values.entrySet()) {
            filled = filled.replace(value.getKey(), value.getValue());
        }
        return filled;
    }
}
