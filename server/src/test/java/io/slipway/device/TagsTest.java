package io.slipway.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tags and channels: of one device, of many, counted, and as filters. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class TagsTest {

    private static final String UPDATE = "/xiaozhi/device/update/";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person owner;
    private Person stranger;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
        owner = Person.register(server, "owner");
        stranger = Person.register(server, "stranger");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anOwnerSetsThemAndTheDeviceShowsThem() {
        TestDevice device = bound(1);
        assertThat(owner.device(device).path("tags")).isEmpty();
        JsonNode shown =
                owner.ok(
                        "PUT",
                        UPDATE + device.mac(),
                        "{\"tags\":[\"beta\",\" 客厅 \",\"beta\"],\"channel\":\"edge\"}");
        assertThat(shown.path("tags")).hasToString("[\"beta\",\"客厅\"]");
        assertThat(shown.path("channel").asText()).isEqualTo("edge");
        owner.ok("PUT", UPDATE + device.mac(), "{\"alias\":\"书房\"}");
        assertThat(owner.device(device).path("tags")).as("left as they were").hasSize(2);
        owner.ok("PUT", UPDATE + device.mac(), "{\"tags\":[],\"channel\":\"\"}");
        assertThat(owner.device(device).path("tags")).isEmpty();
        assertThat(owner.device(device).path("channel").asText()).isEmpty();
        assertThat(counts()).isEmpty();
    }

    @Test
    void oneSpellingIsOneTag() {
        TestDevice device = bound(1);
        // é as one character, and as e with an accent.
        String both = "{\"tags\":[\"caf\\u00e9\",\"cafe\\u0301\"]}";
        assertThat(owner.ok("PUT", UPDATE + device.mac(), both).path("tags")).hasSize(1);
        assertThat(macs("tag=cafe%CC%81")).containsExactly(device.mac());
    }

    @Test
    void whatIsNoTagIsRefused() {
        TestDevice device = bound(1);
        String twenty = names("t", 20);
        owner.ok("PUT", UPDATE + device.mac(), "{\"tags\":[" + twenty + "]}");
        List<String> wrong =
                List.of(
                        "{\"tags\":[" + twenty + ",\"more\"]}",
                        "{\"tags\":[\"a b\"]}",
                        "{\"tags\":[\"\"]}",
                        "{\"tags\":[\"a,b\"]}",
                        "{\"tags\":[\"" + "x".repeat(33) + "\"]}",
                        "{\"tags\":\"a\"}",
                        "{\"channel\":\"Beta\"}",
                        "{\"channel\":\"" + "x".repeat(33) + "\"}");
        for (String body : wrong) {
            JsonNode answer = owner.fails(400, "PUT", UPDATE + device.mac(), body);
            assertThat(answer.at("/data/field").asText()).as(body).isIn("tags", "channel");
        }
        stranger.fails(404, "PUT", UPDATE + device.mac(), "{\"tags\":[\"mine\"]}");
        assertThat(counts()).hasSize(20);
    }

    @Test
    void manyDevicesAtOnceWithWhatFailedNamed() {
        var macs = new ArrayList<String>();
        for (int i = 0; i < 130; i++) {
            macs.add(bound(i).mac());
        }
        Person other = stranger;
        TestDevice foreign = TestDevice.of(server, 900);
        other.bind(foreign.code());
        owner.ok("PUT", UPDATE + macs.get(7), "{\"tags\":[" + names("t", 20) + "]}");
        owner.ok("PUT", UPDATE + macs.get(8), "{\"tags\":[\"beta\"],\"channel\":\"edge\"}");
        String all =
                macs.stream()
                        .map(mac -> "\"" + mac.toUpperCase(Locale.ROOT) + "\"")
                        .collect(Collectors.joining(","));
        String body =
                "{\"macs\":["
                        + all
                        + ",\"junk\",\""
                        + foreign.mac()
                        + "\",\""
                        + macs.getFirst()
                        + "\"],\"add\":[\"beta\"],\"channel\":\"edge\"}";
        JsonNode result = owner.ok("POST", "/v1/devices/tags", body);
        assertThat(result.path("changed").asInt()).isEqualTo(128);
        assertThat(result.path("unchanged").asInt()).isEqualTo(1);
        assertThat(result.path("failed").findValuesAsText("code"))
                .containsExactlyInAnyOrder("NOT_A_MAC", "NOT_FOUND", "TOO_MANY_TAGS");
        assertThat(result.path("failed").findValuesAsText("value"))
                .containsExactlyInAnyOrder(
                        "junk", foreign.mac(), macs.get(7).toUpperCase(Locale.ROOT));
        assertThat(counts()).contains("beta=129").hasSize(21);
        assertThat(other.device(foreign).path("tags")).isEmpty();

        // Page by page, newest first, nothing twice.
        assertThat(macs("tag=beta"))
                .hasSize(129)
                .doesNotHaveDuplicates()
                .doesNotContain(macs.get(7));
        assertThat(macs("channel=edge")).hasSize(129).doesNotContain(macs.get(7));
        assertThat(macs("channel=nowhere")).isEmpty();
        assertThat(macs("tag=bet")).isEmpty();
        owner.fails(400, "GET", "/v1/devices?tag=beta&channel=edge", "");

        String away = "{\"macs\":[" + all + "],\"remove\":[\"beta\",\"t3\"],\"channel\":\"\"}";
        assertThat(owner.ok("POST", "/v1/devices/tags", away).path("changed").asInt())
                .isEqualTo(130);
        assertThat(counts()).hasSize(19);
        assertThat(macs("channel=edge")).isEmpty();
    }

    @Test
    void tagsGoWithTheBinding() {
        TestDevice device = bound(1);
        owner.ok("PUT", UPDATE + device.mac(), "{\"tags\":[\"beta\"],\"channel\":\"edge\"}");
        owner.unbind(device);
        assertThat(counts()).isEmpty();
        stranger.bind(device.code());
        assertThat(stranger.device(device).path("tags")).isEmpty();
        assertThat(stranger.device(device).path("channel").asText()).isEmpty();
    }

    @Test
    void tooManyAtOnceAreRefused() {
        String macs = names("m", 1_001);
        owner.fails(400, "POST", "/v1/devices/tags", "{\"macs\":[" + macs + "]}");
        owner.fails(400, "POST", "/v1/devices/tags", "{\"add\":[\"a\"]}");
        owner.fails(400, "POST", "/v1/devices/tags", "{\"macs\":[\"m\"],\"tags\":[\"a\"]}");
    }

    private TestDevice bound(int index) {
        TestDevice device = TestDevice.of(server, index);
        owner.bind(device.code());
        return device;
    }

    private static String names(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"" + prefix + i + "\"")
                .collect(Collectors.joining(","));
    }

    private List<String> counts() {
        var counts = new ArrayList<String>();
        pages("/v1/tags?limit=7")
                .forEach(n -> counts.add(n.path("tag").asText() + "=" + n.path("devices")));
        return counts;
    }

    private List<String> macs(String filter) {
        return pages("/v1/devices?limit=50&" + filter).stream()
                .map(n -> n.path("macAddress").asText())
                .toList();
    }

    private List<JsonNode> pages(String path) {
        var all = new ArrayList<JsonNode>();
        String cursor = "";
        do {
            JsonNode page = Person.json(owner.raw("GET", path + cursor, ""));
            assertThat(page.path("code").asInt(-1)).as(page.toString()).isZero();
            page.path("data").forEach(all::add);
            JsonNode next = page.path("nextCursor");
            cursor = next.isNull() ? "" : "&cursor=" + next.asText();
        } while (!cursor.isEmpty());
        return all;
    }
}
