package io.slipway.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestClock;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.agent.AgentConfig;
import io.slipway.agent.Agents;
import io.slipway.cluster.Bus;
import io.slipway.history.ChatLog.NewChatLine;
import io.slipway.history.ChatLog.Speaker;
import io.slipway.keys.MasterKey;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Ids;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * console-api rows 24, 25, 27 and 10 on a complete server; lines are recorded directly, as by a
 * node.
 */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ChatRoutesTest {

    private static final String OTHER_FLASH = "00000000-1111-4222-8333-444444444444";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private TestServer server;
    private Database database;
    private ChatLog said;
    private Person owner;
    private Person stranger;
    private TestDevice device;

    @BeforeEach
    void start() {
        DatabaseConfig config = engine.config(folder);
        var settings = new HashMap<String, String>();
        if (config.postgres()) {
            settings.put("database.url", config.url());
            settings.put("database.user", config.user());
            settings.put("database.password", config.password());
            settings.put("database.pool-size", "4");
        }
        server = TestServer.start(folder, clock, settings);
        database = Database.open(config);
        var ids = new Ids(clock);
        var audit = new Audit(database, ids, clock);
        var accounts = new Accounts(database, clock, () -> null);
        var master = MasterKey.ofHex("5a".repeat(32));
        var bus = new Bus.Local();
        var agents =
                new Agents(
                        () -> new AgentConfig(false, 1_000),
                        database,
                        bus,
                        ids,
                        clock,
                        accounts,
                        audit,
                        master);
        said = new ChatLog(database, bus, ids, clock, agents, audit);
        owner = Person.register(server, "owner");
        stranger = Person.register(server, "stranger");
        device = TestDevice.of(server, 0xb6a9fa);
        keep(owner);
        keep(stranger);
    }

    @AfterEach
    void stop() {
        database.close();
        server.close();
    }

    private static void keep(Person person) {
        person.ok("PUT", "/xiaozhi/agent/" + person.agentId, "{\"chatHistoryConf\":1}");
    }

    private static String account(Person person) {
        return person.ok("GET", "/xiaozhi/user/info", "").path("id").asText();
    }

    private void say(
            Person person, String session, TestDevice dev, Speaker kind, String... contents) {
        for (String content : contents) {
            Mac mac = Mac.parse(dev.mac()).orElseThrow();
            String mode = kind == Speaker.USER ? "realtime" : "";
            said.note(
                    new NewChatLine(
                            session,
                            account(person),
                            person.agentId,
                            mac,
                            kind,
                            content,
                            mode,
                            clock.millis()));
        }
        said.flush();
    }

    private static String sessions(Person person) {
        return "/xiaozhi/agent/" + person.agentId + "/sessions";
    }

    private static String history(Person person, String session) {
        return "/xiaozhi/agent/" + person.agentId + "/chat-history/" + session;
    }

    private static String history(TestDevice dev) {
        return "/v1/devices/" + dev.mac() + "/chat-history";
    }

    @Test
    void aDevicesSessionsComeNewestFirstAndPageByPage() {
        owner.bind(device.code());
        String path = "/v1/devices/" + device.mac() + "/sessions";
        assertThat(owner.ok("GET", path, "")).isEmpty();
        stranger.fails(404, "GET", path, "");
        for (String session : List.of("s1", "s2", "s3")) {
            clock.advance(Duration.ofMinutes(1));
            say(owner, session, device, Speaker.USER, "喂", "在吗");
        }
        say(owner, "other", TestDevice.of(server, 0xb6a9fb), Speaker.USER, "喂");
        JsonNode first = Person.json(owner.raw("GET", path + "?limit=2", ""));
        assertThat(first.at("/data").findValuesAsText("sessionId")).containsExactly("s3", "s2");
        assertThat(first.at("/data/0/agentId").asText()).isEqualTo(owner.agentId);
        assertThat(first.at("/data/0/chatCount").asInt()).isEqualTo(2);
        String cursor = first.path("nextCursor").asText();
        JsonNode second = Person.json(owner.raw("GET", path + "?limit=2&cursor=" + cursor, ""));
        assertThat(second.at("/data").findValuesAsText("sessionId")).containsExactly("s1");
        assertThat(second.path("nextCursor").isNull()).isTrue();
        stranger.fails(404, "GET", path, "");
    }

    @Test
    void sessionsAndLinesHaveExactlyTheDocumentedFields() {
        assertThat(owner.ok("GET", sessions(owner), "").toString())
                .isEqualTo("{\"total\":0,\"list\":[]}");
        say(owner, "s1", device, Speaker.USER, "今天天气怎么样？");
        say(owner, "s1", device, Speaker.ASSISTANT, "晴，\"二十\"度。");
        String at = clock.instant().toString();
        assertThat(owner.ok("GET", sessions(owner), "").toString())
                .isEqualTo(
                        "{\"total\":1,\"list\":[{\"sessionId\":\"s1\",\"createdAt\":\""
                                + at
                                + "\",\"chatCount\":2}]}");
        String rest =
                "\"audioId\":null,\"audioUrl\":null,\"macAddress\":\""
                        + device.mac()
                        + "\",\"toolInfo\":null,\"toolDuration\":null,\"clientListenMode\":";
        assertThat(owner.ok("GET", history(owner, "s1"), "").toString())
                .isEqualTo(
                        "[{\"createdAt\":\""
                                + at
                                + "\",\"chatType\":1,\"content\":\"今天天气怎么样？\","
                                + rest
                                + "\"realtime\"},{\"createdAt\":\""
                                + at
                                + "\",\"chatType\":2,\"content\":\"晴，\\\"二十\\\"度。\","
                                + rest
                                + "null}]");
    }

    @Test
    void sessionsArePagedAndLongOnesComplete() {
        for (int i = 0; i < 45; i++) {
            clock.advance(Duration.ofSeconds(1));
            say(owner, "s" + i, device, Speaker.USER, "x");
        }
        JsonNode first = owner.ok("GET", sessions(owner), "");
        assertThat(first.path("total").asInt()).isEqualTo(45);
        assertThat(names(first)).hasSize(20).startsWith("s44", "s43");
        var all = new ArrayList<String>();
        for (int page = 1; page <= 4; page++) {
            JsonNode found = owner.ok("GET", sessions(owner) + "?limit=15&page=" + page, "");
            assertThat(found.path("total").asInt()).isEqualTo(45);
            all.addAll(names(found));
        }
        assertThat(all)
                .containsExactlyElementsOf(
                        IntStream.range(0, 45).mapToObj(i -> "s" + (44 - i)).toList());
        assertThat(names(owner.ok("GET", sessions(owner) + "?limit=1000", ""))).hasSize(45);
        for (String bad : List.of("page=0", "page=-1", "page=x", "page=1000001", "limit=x")) {
            owner.fails(400, "GET", sessions(owner) + "?" + bad, "");
        }
        for (int i = 0; i < 15; i++) {
            String[] hundred =
                    IntStream.range(i * 90, i * 90 + 90)
                            .mapToObj(Integer::toString)
                            .toArray(String[]::new);
            say(owner, "long", device, Speaker.ASSISTANT, hundred);
        }
        JsonNode lines = owner.ok("GET", history(owner, "long"), "");
        assertThat(lines).hasSize(1_350);
        for (int i = 0; i < 1_350; i++) {
            assertThat(lines.get(i).path("content").asInt()).isEqualTo(i);
        }
    }

    private static List<String> names(JsonNode page) {
        var names = new ArrayList<String>();
        page.path("list").forEach(session -> names.add(session.path("sessionId").asText()));
        return names;
    }

    @Test
    void anotherAccountsHistoryIs404() {
        owner.bind(device.code());
        say(owner, "s1", device, Speaker.USER, "x");
        stranger.fails(404, "GET", sessions(owner), "");
        stranger.fails(404, "GET", history(owner, "s1"), "");
        stranger.fails(404, "GET", history(stranger, "s1"), "");
        owner.fails(404, "GET", history(owner, "s2"), "");
        stranger.fails(404, "DELETE", history(device), "");
        owner.fails(400, "DELETE", "/v1/devices/nonsense/chat-history", "");
        for (String path : List.of(sessions(owner), history(owner, "s1"))) {
            assertThat(server.call("GET", path, new byte[0]).statusCode()).isEqualTo(401);
        }
        assertThat(server.call("DELETE", history(device), new byte[0]).statusCode()).isEqualTo(401);
        assertThat(owner.ok("GET", history(owner, "s1"), "")).hasSize(1);
    }

    @Test
    void aDevicesHistoryIsDeletedAndThatIsAudited() {
        owner.bind(device.code());
        assertThat(owner.ok("DELETE", history(device), "").toString())
                .as("the caller's device without history")
                .isEqualTo("{\"deleted_count\":0}");
        say(owner, "s1", device, Speaker.USER, "a secret", "b", "c");
        say(owner, "s2", device, Speaker.USER, "d");
        say(owner, "other", TestDevice.of(server, 7), Speaker.USER, "e");
        String upper =
                history(device)
                        .replace(device.mac(), device.mac().toUpperCase(java.util.Locale.ROOT));
        assertThat(owner.ok("DELETE", upper, "").path("deleted_count").asInt()).isEqualTo(4);
        assertThat(names(owner.ok("GET", sessions(owner), ""))).containsExactly("other");
        String audit = owner.ok("GET", "/v1/audit?target=" + device.mac(), "").toString();
        assertThat(audit).contains("history.delete", "4 lines").doesNotContain("secret");
    }

    @Test
    void aMoveTakesTheHistoryAlong() {
        owner.bind(device.code());
        say(owner, "s1", device, Speaker.USER, "x");
        say(owner, "other", TestDevice.of(server, 7), Speaker.USER, "y");
        String body = "{\"agentName\":\"b\",\"assistantName\":\"b\"}";
        String next = owner.ok("POST", "/xiaozhi/agent", body).asText();
        owner.ok("PUT", "/v1/devices/" + device.mac() + "/agent/" + next, "{}");
        assertThat(names(owner.ok("GET", sessions(owner), ""))).containsExactly("other");
        assertThat(owner.ok("GET", "/xiaozhi/agent/" + next + "/chat-history/s1", "")).hasSize(1);
        owner.fails(404, "GET", history(owner, "s1"), "");
        stranger.fails(404, "PUT", "/v1/devices/" + device.mac() + "/agent/" + next, "{}");
    }

    @Test
    void afterUnbindingItStaysWithTheFormerAccount() {
        owner.bind(device.code());
        say(owner, "s1", device, Speaker.USER, "x", "y");
        owner.unbind(device);
        stranger.bind(device.code());
        say(stranger, "s2", device, Speaker.USER, "z");
        assertThat(owner.ok("GET", history(owner, "s1"), "")).hasSize(2);
        assertThat(names(stranger.ok("GET", sessions(stranger), ""))).containsExactly("s2");
        assertThat(owner.ok("DELETE", history(device), "").path("deleted_count").asInt())
                .isEqualTo(2);
        owner.fails(404, "DELETE", history(device), "");
        assertThat(stranger.ok("GET", history(stranger, "s2"), "")).hasSize(1);
    }

    @Test
    void twoAccountsWithTheSameMacHaveHistoriesOfTheirOwn() {
        owner.bind(device.code());
        say(owner, "s1", device, Speaker.USER, "his");
        TestDevice twin = device.withClientId(OTHER_FLASH);
        stranger.bind(twin.code());
        say(stranger, "s2", twin, Speaker.USER, "not his");
        assertThat(names(owner.ok("GET", sessions(owner), ""))).containsExactly("s1");
        assertThat(names(stranger.ok("GET", sessions(stranger), ""))).containsExactly("s2");
        // An owner moves their device to another agent, and deletes its history: others' history is
        // not affected.
        String body = "{\"agentName\":\"b\",\"assistantName\":\"b\"}";
        String next = owner.ok("POST", "/xiaozhi/agent", body).asText();
        owner.ok("PUT", "/v1/devices/" + device.mac() + "/agent/" + next, "{}");
        assertThat(names(stranger.ok("GET", sessions(stranger), ""))).containsExactly("s2");
        assertThat(owner.ok("DELETE", history(device), "").path("deleted_count").asInt())
                .isEqualTo(1);
        assertThat(stranger.ok("GET", history(stranger, "s2"), "")).hasSize(1);
    }

    @Test
    void aDeletedAgentsHistoryIsCleared() throws InterruptedException {
        owner.bind(device.code());
        say(owner, "s1", device, Speaker.USER, "x");
        owner.ok("DELETE", "/xiaozhi/agent/" + owner.agentId, "");
        owner.fails(404, "GET", sessions(owner), "");
        // Cleared asynchronously.
        for (int i = 0; i < 300 && !noneOf(owner); i++) {
            Thread.sleep(100);
        }
        assertThat(noneOf(owner)).isTrue();
    }

    private boolean noneOf(Person person) {
        return database.read(
                io.slipway.sql.Plane.CONSOLE, tx -> ChatStore.sessions(tx, person.agentId) == 0);
    }
}
