package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.http.ListedRoute;
import io.slipway.http.RouteScope;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API's document compared with the real routes. */
class ApiRoutesTest {

    /** Pages for people, not part of the API. */
    private static final Set<String> PAGES = Set.of("GET /");

    /** Texts have both languages in this order, with this separator. */
    private static final String PARTED = " · ";

    @TempDir private Path folder;
    private TestServer server;
    private Contract contract;

    @BeforeEach
    void start() {
        server = TestServer.start(TestEngine.SQLITE, folder);
        contract = new Contract(Person.json(server.call("GET", "/openapi.json", new byte[0])));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyRouteIsDocumentedAndNothingElse() {
        var served = new TreeSet<String>();
        var documented = new TreeSet<String>();
        for (ListedRoute route : server.routes()) {
            switch (route.kind()) {
                case CONSOLE -> served.add(route.method() + " " + route.path());
                // The handler decides about the method; here, the one that devices use.
                case DEVICE -> served.add("POST " + slashed(route.path()));
                case SOCKET -> served.add("GET " + slashed(route.path()));
                case DOWNLOAD -> served.add(route.method() + " " + route.path());
            }
        }
        served.removeAll(PAGES);
        for (Contract.Operation each : contract.operations) {
            documented.add(each.method() + " " + each.path());
        }
        assertThat(shortened(documented, served)).isEqualTo(served);
    }

    // The document has devices' paths in one spelling, and the rest of a download's path.
    private static Set<String> shortened(Set<String> documented, Set<String> served) {
        return documented.stream()
                .filter(each -> !each.matches("GET .*/ota/"))
                .map(each ->
                        served.contains(each + "/")
                                ? each + "/"
                                : each.replaceFirst("(/v1/firmware/).*", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String slashed(String path) {
        return path.endsWith("/") ? path : path + "/";
    }

    /** What a route needs is declared where it is registered; the document can't differ. */
    @Test
    void aCallNeedsNothingExactlyIfItsRouteIsOpen() {
        for (Contract.Operation each : contract.operations) {
            boolean open = each.node().path("security").isEmpty() && each.node().has("security");
            boolean device = each.node().at("/security/0").has("device");
            assertThat(each.node().has("x-scope")).as(each.id()).isEqualTo(!open && !device);
        }
    }

    @Test
    void theTablesShowTheScopeOfEachCall() throws IOException {
        var row = Pattern.compile("\\| `([A-Z]+ /\\S*)` \\|[^|]*\\|[^|]*\\| ?`?(\\w*)`? ?\\|");
        var written = new TreeMap<String, String>();
        for (String line : Files.readAllLines(Path.of("../docs/api.md"))) {
            var found = row.matcher(line);
            if (found.matches()) {
                written.put(found.group(1), found.group(2));
            }
        }
        var needed = new TreeMap<String, String>();
        for (ListedRoute route : server.routes()) {
            String call = route.method() + " " + route.path();
            if (route.kind() == ListedRoute.RouteKind.CONSOLE && !PAGES.contains(call)) {
                boolean open = route.scope() == RouteScope.OPEN;
                needed.put(call, open ? "" : route.scope().name().toLowerCase(Locale.ROOT));
            }
        }
        assertThat(written).isEqualTo(needed);
    }

    @Test
    void namesInPathsAreParameters() {
        for (Contract.Operation each : contract.operations) {
            var names =
                    Pattern.compile("\\{(\\w+)}")
                            .matcher(each.path())
                            .results()
                            .map(found -> found.group(1))
                            .toList();
            assertThat(contract.parameters(each, "path")).as(each.id()).containsAll(names);
            assertThat(names).as(each.id()).containsAll(contract.parameters(each, "path"));
        }
    }

    @Test
    void everyOperationHasANameTwoLanguagesAndASuccess() {
        var ids = new ArrayList<String>();
        var tags = contract.tree.path("tags").findValuesAsText("name");
        for (Contract.Operation each : contract.operations) {
            if (!each.alias()) {
                ids.add(each.id());
            }
            JsonNode node = each.node();
            inBothLanguages(each.id(), node.path("summary").asText());
            assertThat(tags).contains(node.at("/tags/0").asText());
            var statuses = new ArrayList<String>();
            node.path("responses").fieldNames().forEachRemaining(statuses::add);
            assertThat(statuses).as(each.id()).anyMatch(status -> status.matches("[123]\\d\\d"));
        }
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-zA-Z]{2,40}"));
    }

    @Test
    void allDescriptionsAreInBothLanguages() {
        for (JsonNode tag : contract.tree.path("tags")) {
            inBothLanguages("a tag", tag.path("x-title").asText());
        }
        for (String text : contract.tree.findValuesAsText("description")) {
            if (!text.isEmpty() && !text.matches("[A-Za-z0-9 ./]+")) {
                inBothLanguages("a description", text);
            }
        }
    }

    private static void inBothLanguages(String what, String text) {
        String[] parts = text.split(PARTED, -1);
        assertThat(parts).as(what + ": " + text).hasSize(2);
        assertThat(parts[0]).as(what).isNotBlank();
        assertThat(parts[1]).as(what).isNotBlank().doesNotContainPattern("[\\u4e00-\\u9fff]");
    }

    @Test
    void allReferencesLeadSomewhereAndAllSchemasAreUsed() {
        List<String> references = contract.tree.findValuesAsText("$ref");
        assertThat(references).hasSizeGreaterThan(100);
        references.forEach(contract::at);
        contract.tree
                .at("/components/schemas")
                .fieldNames()
                .forEachRemaining(
                        name -> assertThat(references).contains("#/components/schemas/" + name));
    }

    @Test
    void anAnswerAllowsNoFieldThatIsNotDocumented() {
        for (Contract.Operation each : contract.operations) {
            for (JsonNode response : each.node().path("responses")) {
                JsonNode content = contract.resolved(response).at("/content/application~1json");
                if (!content.isMissingNode() && !each.id().equals("openapi")) {
                    closed(each.id(), content.path("schema"));
                }
            }
        }
    }

    // An object with properties names all of them; one without may be anything, as its text says.
    private void closed(String what, JsonNode schema) {
        if (schema.path("type").asText().equals("object") && schema.has("properties")) {
            assertThat(schema.path("additionalProperties").isBoolean())
                    .as(what + ": " + schema)
                    .isTrue();
        }
        if (schema.has("$ref") && schema.has("properties")) {
            assertThat(schema.has("unevaluatedProperties")).as(what).isTrue();
        } else if (schema.has("$ref")) {
            closed(what, contract.resolved(schema));
        }
        for (String list : List.of("properties", "anyOf", "oneOf", "allOf")) {
            schema.path(list).forEach(each -> closed(what, each));
        }
        if (schema.has("items")) {
            closed(what, schema.path("items"));
        }
    }

    @Test
    void examplesAreWhatTheySay() {
        for (Contract.Operation each : contract.operations) {
            JsonNode content = each.node().at("/requestBody/content/application~1json");
            if (content.has("example")) {
                byte[] example = io.slipway.http.Json.write(content.path("example"));
                contract.holds(each.id(), content, example);
            } else {
                assertThat(content.isMissingNode()).as(each.id() + " has an example").isTrue();
            }
        }
    }

    /** The console's types are generated from this file, so its build needs no server. */
    @Test
    void theConsoleHasTheSameDocument() throws IOException {
        Path served = Path.of("target/openapi.json");
        Files.writeString(served, contract.tree.toPrettyString() + "\n");
        assertThat(Path.of("../console/openapi.json"))
                .as("copy server/target/openapi.json to console/ when the API has changed")
                .hasSameTextualContentAs(served);
    }

    @Test
    void browsersGetItPacked() {
        var packed = server.call("GET", "/openapi.json", new byte[0], "Accept-Encoding", "gzip");
        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(packed.headers().firstValue("Vary")).contains("Accept-Encoding");
        assertThat(packed.headers().firstValueAsLong("Content-Length").orElse(0))
                .isBetween(1_000L, 50_000L);
    }
}
