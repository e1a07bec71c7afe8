package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.account.Caller;
import io.slipway.account.Node;
import io.slipway.account.TestAccounts;
import io.slipway.cluster.Bus;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Where an agent's sessions go, and who is notified of changes. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class AgentBackendTest {

    private static final MasterKey MASTER = MasterKey.ofHex("5a".repeat(32));
    private static final String AGENT = "/xiaozhi/agent";
    private static final String TOKEN = "very-Secret token 123";
    private static final String RELAY =
            "{\"type\":\"relay\",\"url\":\"wss://h.example/v1/ws/\",\"token\":\"" + TOKEN + "\"}";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Node node;
    private Agents agents;
    private Caller caller;
    private String alice;

    @BeforeEach
    void open() {
        node = new Node(engine, folder);
        agents = agents(new Bus.Local(), MASTER);
        new AgentRoutes(
                        node.accounts,
                        agents,
                        ids -> Map.of(),
                        (account, mac) -> Optional.empty(),
                        new BackendAddresses(() -> false))
                .install(node.edge);
        node.start();
        var login = TestAccounts.login(node.database, node.now::get, "alice", true);
        alice = login.token();
        caller = login.caller();
    }

    private Agents agents(Bus bus, MasterKey master) {
        return new Agents(
                () -> new AgentConfig(false, 1_000),
                node.database,
                bus,
                node.ids,
                node.now::get,
                node.accounts,
                node.audit,
                master);
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void anAgentEchoesByDefault() {
        String id = create("");
        assertThat(shown(id).toString())
                .isEqualTo(
                        "{\"type\":\"echo\",\"url\":\"\",\"version\":0,\"hasToken\":false,\"reboot\":false}");
        assertThat(stored(id)).isEqualTo(new Backend.Echo());
        put(id, RELAY);
        assertThat(shown(id).toString())
                .isEqualTo(
                        "{\"type\":\"relay\",\"url\":\"wss://h.example/v1/ws/\",\"version\":0,"
                                + "\"hasToken\":true,\"reboot\":false}");
        assertThat(stored(id))
                .isEqualTo(new Backend.Relay("wss://h.example/v1/ws/", TOKEN, 0, false));
        node.as(alice, "PUT", AGENT + "/" + id, "{\"sort\":1,\"backend\":null}");
        assertThat(shown(id).path("type").asText()).isEqualTo("relay");
        put(id, "{\"type\":\"echo\"}");
        assertThat(stored(id)).isEqualTo(new Backend.Echo());
        put(id, "{\"type\":\"relay\",\"url\":\"wss://h.example/v1/ws/\"}");
        assertThat(shown(id).path("hasToken").asBoolean()).as("deleted with the relay").isFalse();
        String made =
                create(",\"backend\":" + RELAY.replace("}", ",\"version\":3,\"reboot\":true}"));
        assertThat(stored(made))
                .isEqualTo(new Backend.Relay("wss://h.example/v1/ws/", TOKEN, 3, true));
        assertThat(shown(made).path("reboot").asBoolean()).isTrue();
        put(made, "{\"type\":\"relay\",\"version\":1}");
        assertThat(stored(made))
                .isEqualTo(new Backend.Relay("wss://h.example/v1/ws/", TOKEN, 1, true));
        put(made, "{\"type\":\"relay\",\"reboot\":false}");
        assertThat(stored(made))
                .isEqualTo(new Backend.Relay("wss://h.example/v1/ws/", TOKEN, 1, false));
    }

    @Test
    void aTokenGoesToNoOtherHost() {
        String id = create(",\"backend\":" + RELAY.replace("}", ",\"version\":2}"));
        put(id, "{\"type\":\"relay\",\"url\":\"WSS://H.example:443/other?x=1\"}");
        assertThat(stored(id))
                .isEqualTo(new Backend.Relay("WSS://H.example:443/other?x=1", TOKEN, 2, false));
        put(id, "{\"type\":\"relay\",\"version\":0}");
        assertThat(stored(id))
                .isEqualTo(new Backend.Relay("WSS://H.example:443/other?x=1", TOKEN, 0, false));
        put(id, "{\"type\":\"relay\",\"token\":\"\"}");
        assertThat(shown(id).path("hasToken").asBoolean()).isFalse();
        for (String other :
                List.of(
                        "wss://evil.example/v1/ws/",
                        "wss://h.example.evil.example/",
                        "wss://h.example:444/v1/ws/",
                        "ws://h.example:443/v1/ws/")) {
            put(id, RELAY);
            put(id, "{\"type\":\"relay\",\"url\":\"" + other + "\"}");
            assertThat(stored(id)).as(other).isEqualTo(new Backend.Relay(other, "", 0, false));
        }
    }

    @Test
    void invalidValuesAreRefusedByName() {
        String id = create("");
        Map<String, String> wrong =
                Map.of(
                        "\"echo\"", "backend",
                        "{}", "backend.type",
                        "{\"type\":\"phone\"}", "backend.type",
                        "{\"type\":\"relay\"}", "backend.url",
                        "{\"type\":\"relay\",\"url\":\"http://h.example/\"}", "backend.url",
                        "{\"type\":\"relay\",\"url\":\"ws://127.0.0.1:8000/\"}", "backend.url",
                        "{\"type\":\"relay\",\"url\":\"ws://h.example/\",\"version\":4}",
                                "backend.version",
                        "{\"type\":\"relay\",\"url\":\"ws://h.example/\",\"token\":\"秘密\"}",
                                "backend.token",
                        "{\"type\":\"relay\",\"url\":\"ws://h.example/\",\"token\":\"a\\nb\"}",
                                "backend.token");
        wrong.forEach((backend, field) -> {
            for (var answer :
                    List.of(
                            node.as(
                                    alice,
                                    "PUT",
                                    AGENT + "/" + id,
                                    "{\"backend\":" + backend + "}"),
                            node.as(
                                    alice,
                                    "POST",
                                    AGENT,
                                    "{\"agentName\":\"a\",\"assistantName\":\"b\",\"backend\":"
                                            + backend
                                            + "}"))) {
                assertThat(answer.status()).as(backend).isEqualTo(400);
                assertThat(answer.data().path("field").asText()).as(backend).isEqualTo(field);
            }
        });
        assertThat(stored(id)).isEqualTo(new Backend.Echo());
    }

    @Test
    void theTokenIsNowhereToBeSeen() throws Exception {
        String id = create(",\"backend\":" + RELAY);
        put(id, RELAY);
        for (String path :
                List.of(
                        AGENT + "/" + id,
                        AGENT + "/list",
                        AGENT + "/search?q=a",
                        "/v1/audit?target=" + id)) {
            var answer = node.as(alice, "GET", path);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().toString()).as(path).doesNotContain("Secret");
        }
        assertThat(node.as(alice, "GET", AGENT + "/list").data().get(0).at("/backend/hasToken"))
                .hasToString("true");
        assertThat(agents.require(caller.accountId(), id).toString()).doesNotContain("Secret");
        if (engine == TestEngine.SQLITE) {
            for (String file : List.of("slipway.db", "slipway.db-wal")) {
                String bytes = Files.readString(folder.resolve(file), StandardCharsets.ISO_8859_1);
                assertThat(bytes).doesNotContain("Secret");
            }
        }
    }

    @Test
    void aSealedTokenIsOfUseToItsAgentAlone() {
        String from = create(",\"backend\":" + RELAY);
        String to = create(",\"backend\":" + RELAY);
        node.database.run(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .execute(
                                        """
                                        UPDATE agent SET backend_token =
                                            (SELECT backend_token FROM agent WHERE id = ?)
                                        WHERE id = ?\
                                        """,
                                        from,
                                        to));
        assertThat(stored(from))
                .isEqualTo(new Backend.Relay("wss://h.example/v1/ws/", TOKEN, 0, false));
        assertThatThrownBy(() -> stored(to)).isInstanceOf(StoreException.class);
    }

    @Test
    void aDeletedAgentHasNoToken() {
        String id = create(",\"backend\":" + RELAY);
        agents.delete(caller, id);
        String left =
                node.database.read(
                        Plane.CONSOLE,
                        tx ->
                                tx.handle()
                                        .select(
                                                "SELECT backend || backend_url || backend_token"
                                                        + " FROM agent WHERE id = ?",
                                                id)
                                        .mapTo(String.class)
                                        .one());
        assertThat(left).isEqualTo("echo");
    }

    @Test
    void aChangeIsAnnouncedOnceItIsDurable() {
        String id = create("");
        var told = new LinkedBlockingQueue<String>();
        agents.whenChanged(changed -> {
            throw new IllegalStateException("a listener that fails");
        });
        agents.whenChanged(told::add);
        put(id, RELAY);
        assertThat(told).containsExactly(id);
        node.as(alice, "PUT", AGENT + "/" + id, "{\"backend\":{\"type\":\"relay\",\"url\":\"\"}}");
        node.as(alice, "PUT", AGENT + "/" + "0".repeat(32), "{\"sort\":1}");
        assertThat(told).containsExactly(id);
    }

    @Test
    void otherNodesAreNotifiedTooAndEachOnlyOnce() throws Exception {
        Assumptions.assumeTrue(
                engine == TestEngine.POSTGRES, "a single node has no other to notify");
        var here = new LinkedBlockingQueue<String>();
        var there = new LinkedBlockingQueue<String>();
        var config = node.databaseConfig();
        try (var bus = new Bus.Postgres(config);
                var otherBus = new Bus.Postgres(config)) {
            Agents mine = agents(bus, MASTER);
            Agents other = agents(otherBus, MASTER);
            mine.whenChanged(here::add);
            other.whenChanged(there::add);
            String first = create("");
            String last = create("");
            // The other node may still be subscribing.
            boolean heard = false;
            for (int i = 0; i < 100 && !heard; i++) {
                mine.update(caller, first, agent -> agent, "");
                heard = there.poll(300, TimeUnit.MILLISECONDS) != null;
            }
            assertThat(heard).isTrue();
            // So may this one.
            heard = false;
            for (int i = 0; i < 100 && !heard; i++) {
                here.clear();
                other.update(caller, last, agent -> agent, "");
                heard = here.poll(300, TimeUnit.MILLISECONDS) != null;
            }
            assertThat(heard).isTrue();
            mine.update(caller, first, agent -> agent, "");
            await(here, first);
            here.clear();
            other.update(caller, last, agent -> agent, "");
            assertThat(await(here, last)).isEqualTo(last);
            mine.update(caller, first, agent -> agent, "");
            other.update(caller, last, agent -> agent, "");
            assertThat(await(here, last)).as("nothing twice").isEqualTo(first + last);
        }
    }

    /** All messages until {@code last}. */
    private static String await(BlockingQueue<String> told, String last) throws Exception {
        var all = new StringBuilder();
        while (true) {
            String next = told.poll(30, TimeUnit.SECONDS);
            all.append(next);
            if (next == null || next.equals(last)) {
                return all.toString();
            }
        }
    }

    private String create(String more) {
        String body = "{\"agentName\":\"a\",\"assistantName\":\"b\"" + more + "}";
        var answer = node.as(alice, "POST", AGENT, body);
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
        return answer.data().asText();
    }

    private void put(String id, String backend) {
        var answer = node.as(alice, "PUT", AGENT + "/" + id, "{\"backend\":" + backend + "}");
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    }

    private JsonNode shown(String id) {
        return node.as(alice, "GET", AGENT + "/" + id).data().path("backend");
    }

    private Backend stored(String id) {
        return agents.require(caller.accountId(), id).backend();
    }
}
