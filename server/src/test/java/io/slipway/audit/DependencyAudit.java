package io.slipway.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Asks a database of known vulnerabilities about every library that ships: those of the bill of
 * materials, and those of the console's lock file that are not for development alone. Run by {@code
 * ./slipway audit}, as a source file: it imports nothing of Slipway's own.
 *
 * <p>Sends names and versions of public packages, nothing else.
 */
public final class DependencyAudit {

    /** The most that the database takes in one request. */
    private static final int BATCH = 1000;

    /** A large answer has some kilobytes per package. */
    private static final int MAX_ANSWER = 16 * 1024 * 1024;

    /** Pages of one answer; packages with more known vulnerabilities should be replaced anyway. */
    private static final int MAX_PAGES = 20;

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private DependencyAudit() {}

    /**
     * Arguments: the bill of materials, the console's lock file, the address of the database. Exits
     * with 0 if nothing is known, 1 if something is, 2 if the database could not be asked.
     */
    public static void main(String[] args) throws InterruptedException {
        try {
            SortedSet<String> packages =
                    shipped(
                            JSON.readTree(Path.of(args[0]).toFile()),
                            JSON.readTree(Path.of(args[1]).toFile()));
            Map<String, List<String>> known = known(packages, URI.create(args[2]));
            known.forEach((name, ids) -> System.out.println(name + "  " + String.join(" ", ids)));
            System.out.println(
                    packages.size() + " packages, " + known.size() + " with known vulnerabilities");
            System.exit(known.isEmpty() ? 0 : 1);
        } catch (IOException e) {
            System.err.println("slipway: could not ask " + args[2] + ": " + e);
            System.exit(2);
        }
    }

    /** The package URLs of what ships, sorted; Slipway's own modules are left out. */
    static SortedSet<String> shipped(JsonNode bom, JsonNode lock) {
        var packages = new TreeSet<String>();
        for (JsonNode component : bom.path("components")) {
            if (!component.path("group").asText().equals("io.slipway")) {
                // Without qualifiers such as ?type=jar, which the database does not know.
                packages.add(component.path("purl").asText().split("[?#]", 2)[0]);
            }
        }
        lock.path("packages")
                .properties()
                .forEach(entry -> {
                    String folder = entry.getKey();
                    JsonNode version = entry.getValue().path("version");
                    boolean ships =
                            !entry.getValue().path("dev").asBoolean() && version.isTextual();
                    if (!folder.isEmpty() && ships) {
                        String name = folder.substring(folder.lastIndexOf("node_modules/") + 13);
                        packages.add(
                                "pkg:npm/" + name.replace("@", "%40") + "@" + version.asText());
                    }
                });
        return packages;
    }

    /**
     * The ids of known vulnerabilities, by package.
     *
     * @throws IOException if the database does not answer as documented
     */
    static Map<String, List<String>> known(SortedSet<String> packages, URI database)
            throws IOException, InterruptedException {
        var known = new TreeMap<String, List<String>>();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            var all = List.copyOf(packages);
            for (int from = 0; from < all.size(); from += BATCH) {
                Map<String, String> open = new TreeMap<>();
                all.subList(from, Math.min(all.size(), from + BATCH))
                        .forEach(name -> open.put(name, ""));
                int pages = 0;
                while (!open.isEmpty()) {
                    if (++pages > MAX_PAGES) {
                        throw new IOException("more than " + MAX_PAGES + " pages");
                    }
                    ask(client, database, open, known);
                }
            }
        }
        return known;
    }

    // What has further pages stays open, with the token of the next one.
    private static void ask(
            HttpClient client,
            URI database,
            Map<String, String> open,
            Map<String, List<String>> known)
            throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode queries = body.putArray("queries");
        open.forEach((name, token) -> {
            ObjectNode query = queries.addObject();
            query.putObject("package").put("purl", name);
            if (!token.isEmpty()) {
                query.put("page_token", token);
            }
        });
        HttpRequest request =
                HttpRequest.newBuilder(database)
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                        .build();
        HttpResponse<InputStream> answer =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        byte[] read;
        try (InputStream in = answer.body()) {
            read = in.readNBytes(MAX_ANSWER + 1);
        }
        JsonNode results = answer.statusCode() == 200 ? JSON.readTree(read).path("results") : null;
        if (results == null || results.size() != open.size()) {
            throw new IOException(
                    "answered " + answer.statusCode() + ", " + read.length + " bytes");
        }
        int at = 0;
        for (String name : List.copyOf(open.keySet())) {
            JsonNode result = results.get(at++);
            for (JsonNode found : result.path("vulns")) {
                known.computeIfAbsent(name, key -> new ArrayList<>())
                        .add(found.path("id").asText());
            }
            String next = result.path("next_page_token").asText("");
            if (next.isEmpty()) {
                open.remove(name);
            } else {
                open.put(name, next);
            }
        }
    }
}
