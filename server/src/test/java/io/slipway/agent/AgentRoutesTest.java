package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.account.Node;
import io.slipway.account.TestAccounts;
import io.slipway.cluster.Bus;
import io.slipway.keys.MasterKey;
import io.slipway.protocol.Mac;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class AgentRoutesTest {

    private static final String AGENT = "/xiaozhi/agent";
    private static final String NAMES = "\"agentName\":\"厨房\",\"assistantName\":\"小智\"";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private final Map<String, AgentUsage> usages = new HashMap<>();
    private final Map<Mac, String> devices = new HashMap<>();
    private Node node;
    private String alice;
    private String bob;

    @BeforeEach
    void open() {
        node = new Node(engine, folder);
        var agents =
                new Agents(
                        () -> new AgentConfig(false, 1_000),
                        node.database,
                        new Bus.Local(),
                        node.ids,
                        node.now::get,
                        node.accounts,
                        node.audit,
                        MasterKey.ofHex("5a".repeat(32)));
        new AgentRoutes(
                        node.accounts,
                        agents,
                        ids -> {
                            assertThat(ids).hasSizeBetween(1, 200);
                            return Map.copyOf(usages);
                        },
                        (account, mac) -> Optional.ofNullable(devices.get(mac)),
                        new BackendAddresses(() -> false))
                .install(node.edge);
        node.start();
        alice = TestAccounts.login(node.database, node.now::get, "alice", true).token();
        bob = TestAccounts.login(node.database, node.now::get, "bob", false).token();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void anAgentIsMadeReadChangedAndDeleted() {
        var made =
                node.as(
                        alice,
                        "POST",
                        AGENT,
                        "{"
                                + NAMES
                                + ",\"langCode\":\"zh\",\"ttsVoiceId\":\"v1\",\"systemPrompt\":\"你好\","
                                + "\"llmModelId\":\"m1\",\"memModelId\":\"mem\",\"intentModelId\":\"i\"}");
        assertThat(made.json().get("code").asInt()).isZero();
        String id = made.data().asText();
        assertThat(id).matches("[0-9a-f]{32}");
        usages.put(id, new AgentUsage(3, 1_785_542_400_000L));
        node.pass(Duration.ofSeconds(60));
        String change =
                "{\"chatHistoryConf\":1,\"sort\":5,\"systemPrompt\":\"\",\"agentName\":null,"
                        + "\"functions\":[{\"pluginId\":\"weather\",\"paramInfo\":{\"city\":\"上海\"}}],"
                        + "\"datasetIds\":[\"d1\"],\"unknown\":1}";
        var changed = node.as(alice, "PUT", AGENT + "/" + id, change);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.data().isNull()).isTrue();
        JsonNode agent = node.as(alice, "GET", AGENT + "/" + id).data();
        assertThat(agent.get("agentName").asText()).isEqualTo("厨房");
        assertThat(agent.get("systemPrompt").asText()).isEmpty();
        assertThat(agent.get("llmModelId").asText()).isEqualTo("m1");
        assertThat(agent.get("chatHistoryConf").asInt()).isEqualTo(1);
        assertThat(agent.get("functions").get(0).get("paramInfo").get("city").asText())
                .isEqualTo("上海");
        assertThat(agent.get("datasetIds").get(0).asText()).isEqualTo("d1");
        assertThat(agent.get("deviceCount").asInt()).isEqualTo(3);
        assertThat(agent.get("lastConnectedAt").asText()).isEqualTo("2026-08-01T00:00:00Z");
        assertThat(agent.get("createdAt").asText()).isEqualTo("2026-08-01T00:00:00Z");
        assertThat(agent.get("updatedAt").asText()).isEqualTo("2026-08-01T00:01:00Z");
        var deleted = node.as(alice, "DELETE", AGENT + "/" + id);
        assertThat(deleted.data().isObject()).isTrue();
        assertThat(node.as(alice, "GET", AGENT + "/" + id).status()).isEqualTo(404);
        assertThat(node.as(alice, "GET", "/v1/audit?target=" + id).data())
                .extracting(entry -> entry.get("action").asText())
                .containsExactly("agent.delete", "agent.update", "agent.create");
    }

    @Test
    void aListedAgentHasExactlyTheDocumentedFields() {
        node.as(alice, "POST", AGENT, "{" + NAMES + "}");
        var names = new ArrayList<String>();
        node.as(alice, "GET", AGENT + "/list")
                .data()
                .get(0)
                .fieldNames()
                .forEachRemaining(names::add);
        assertThat(names)
                .containsExactly(
                        "id",
                        "agentName",
                        "assistantName",
                        "ttsModelName",
                        "ttsVoiceName",
                        "llmModelName",
                        "vllmModelName",
                        "memModelId",
                        "systemPrompt",
                        "summaryMemory",
                        "lastConnectedAt",
                        "deviceCount",
                        "extra",
                        "backend");
    }

    @Test
    void withoutLimitEverythingIsStreamedAndWithOneItIsPaged() {
        assertThat(node.as(alice, "GET", AGENT + "/list").data()).isEmpty();
        var made = new ArrayList<String>();
        for (int i = 0; i < 401; i++) {
            made.addFirst(node.as(alice, "POST", AGENT, "{" + NAMES + "}").data().asText());
        }
        var all = node.as(alice, "GET", AGENT + "/list");
        assertThat(all.raw().headers().firstValue("Transfer-Encoding")).contains("chunked");
        assertThat(ids(all)).isEqualTo(made);
        assertThat(all.json().get("nextCursor").isNull()).isTrue();
        var paged = new ArrayList<String>();
        String path = AGENT + "/list?limit=9999";
        var page = node.as(alice, "GET", path);
        assertThat(page.data()).hasSize(100);
        while (true) {
            paged.addAll(ids(page));
            if (page.json().get("nextCursor").isNull()) {
                break;
            }
            String cursor = page.json().get("nextCursor").asText();
            assertThat(cursor).isEqualTo(paged.getLast());
            page = node.as(alice, "GET", path + "&cursor=" + cursor);
        }
        assertThat(paged).isEqualTo(made);
        assertThat(new HashSet<>(paged)).hasSize(401);
        String cursor = made.getFirst();
        assertThat(node.as(alice, "GET", AGENT + "/list?cursor=" + cursor).data()).hasSize(20);
        assertThat(node.as(alice, "GET", AGENT + "/list?limit=0").data()).hasSize(1);
        assertThat(node.as(alice, "GET", AGENT + "/list?cursor=x").status()).isEqualTo(400);
        assertThat(node.as(alice, "GET", AGENT + "/list?limit=x").status()).isEqualTo(400);
        assertThat(node.as(bob, "GET", AGENT + "/list").data()).isEmpty();
        assertThat(ids(node.as(alice, "GET", AGENT + "/search?q=%E5%8E%A8"))).isEqualTo(made);
    }

    @Test
    void agentsAreFoundByNameMacAndId() throws Exception {
        String id = node.as(alice, "POST", AGENT, "{" + NAMES + "}").data().asText();
        String other =
                node.as(alice, "POST", AGENT, "{\"agentName\":\"Living\",\"assistantName\":\"x\"}")
                        .data()
                        .asText();
        devices.put(Mac.parse("D4:06:06:B6:A9:FA").orElseThrow(), id);
        assertThat(ids(search("q=LIV"))).containsExactly(other);
        assertThat(ids(search("q=iving"))).isEmpty();
        assertThat(ids(search("q=%E5%8E%A8"))).containsExactly(id);
        assertThat(unescaped("/xiaozhi/agent/search?q=厨")).contains(id).doesNotContain(other);
        assertThat(ids(search("type=mac&q=d4:06:06:b6:a9:fa"))).containsExactly(id);
        assertThat(ids(search("type=mac&q=d4:06:06:b6:a9:fb"))).isEmpty();
        assertThat(ids(search("type=mac&q=nonsense"))).isEmpty();
        assertThat(ids(search("type=agent_id&q=" + id))).containsExactly(id);
        assertThat(ids(search("type=agent_id&q=" + id.substring(1)))).isEmpty();
        assertThat(node.as(bob, "GET", AGENT + "/search?type=agent_id&q=" + id).data()).isEmpty();
        assertThat(node.as(bob, "GET", AGENT + "/search?type=mac&q=D4:06:06:B6:A9:FA").data())
                .isEmpty();
        assertThat(search("type=colour&q=x").status()).isEqualTo(400);
        assertThat(search("type=name").status()).isEqualTo(400);
    }

    @Test
    void anotherAccountsAgentIs404() {
        String path =
                AGENT + "/" + node.as(alice, "POST", AGENT, "{" + NAMES + "}").data().asText();
        assertThat(node.as(bob, "GET", path).status()).isEqualTo(404);
        assertThat(node.as(bob, "PUT", path, "{\"sort\":1}").status()).isEqualTo(404);
        assertThat(node.as(bob, "DELETE", path).status()).isEqualTo(404);
        assertThat(node.as(alice, "GET", AGENT + "/nonsense").status()).isEqualTo(404);
        assertThat(node.call("GET", path, "").status()).isEqualTo(401);
        assertThat(node.call("POST", AGENT, "{" + NAMES + "}").status()).isEqualTo(401);
    }

    @Test
    void invalidValuesAreRefusedByName() {
        String id = node.as(alice, "POST", AGENT, "{" + NAMES + "}").data().asText();
        for (String body :
                List.of(
                        "{}",
                        "{\"agentName\":\"a\"}",
                        "{\"agentName\":\" \",\"assistantName\":\"b\"}")) {
            assertThat(node.as(alice, "POST", AGENT, body).status()).as(body).isEqualTo(400);
        }
        String deep = "[".repeat(9) + "]".repeat(9);
        String many =
                String.join(",", IntStream.range(0, 33).mapToObj(i -> "\"p" + i + "\":1").toList());
        Map<String, String> wrong =
                Map.ofEntries(
                        Map.entry("{\"agentName\":\"\"}", "agentName"),
                        Map.entry("{\"agentName\":\"" + "x".repeat(65) + "\"}", "agentName"),
                        Map.entry("{\"chatHistoryConf\":3}", "chatHistoryConf"),
                        Map.entry("{\"chatHistoryConf\":2}", "chatHistoryConf"),
                        Map.entry("{\"sort\":1.5}", "sort"),
                        Map.entry(
                                "{\"systemPrompt\":\"" + "x".repeat(20_001) + "\"}",
                                "systemPrompt"),
                        Map.entry("{\"systemPrompt\":{}}", "systemPrompt"),
                        Map.entry("{\"functions\":{}}", "functions"),
                        Map.entry("{\"functions\":[{}]}", "functions[0].pluginId"),
                        Map.entry("{\"datasetIds\":[1]}", "datasetIds"),
                        Map.entry("{\"extra\":[]}", "extra"),
                        Map.entry("{\"extra\":{\"x\":\"" + "y".repeat(16_384) + "\"}}", "extra"),
                        Map.entry("{\"extra\":{\"x\":\"" + "好".repeat(6_000) + "\"}}", "extra"),
                        Map.entry("{\"extra\":{\"llm\":1}}", "extra.llm"),
                        Map.entry("{\"extra\":{\"voice\":1}}", "extra.voice"),
                        Map.entry("{\"extra\":{\"llm\":{\"top_p\":\"1\"}}}", "extra.llm.top_p"),
                        Map.entry(
                                "{\"extra\":{\"llm\":{\"custom_params\":[]}}}",
                                "extra.llm.custom_params"),
                        Map.entry(
                                "{\"extra\":{\"llm\":{\"custom_params\":{\"a b\":1}}}}",
                                "extra.llm.custom_params"),
                        Map.entry(
                                "{\"extra\":{\"llm\":{\"custom_params\":{" + many + "}}}}",
                                "extra.llm.custom_params"),
                        Map.entry(
                                "{\"extra\":{\"llm\":{\"custom_params\":{\"a\":" + deep + "}}}}",
                                "extra.llm.custom_params.a"),
                        Map.entry(
                                "{\"extra\":{\"disabled_builtin_tools\":[1]}}",
                                "extra.disabled_builtin_tools"));
        wrong.forEach((body, field) -> {
            var answer = node.as(alice, "PUT", AGENT + "/" + id, body);
            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(answer.data().get("field").asText()).as(body).isEqualTo(field);
        });
    }

    @Test
    void extraIsClampedAndMergedBySection() {
        String path =
                AGENT + "/" + node.as(alice, "POST", AGENT, "{" + NAMES + "}").data().asText();
        node.as(
                alice,
                "PUT",
                path,
                "{\"extra\":{\"llm\":{\"temperature\":9,\"top_p\":-1,\"max_tokens\":0.4,"
                        + "\"presence_penalty\":0.5,\"custom_params\":{\"seed\":7}},"
                        + "\"goodbye\":\"再见\",\"disabled_builtin_tools\":[\"music\"]}}");
        node.as(alice, "PUT", path, "{\"extra\":{\"voice\":{\"speed\":1},\"goodbye\":null}}");
        JsonNode extra = node.as(alice, "GET", path).data().get("extra");
        assertThat(extra.get("llm").get("temperature").asDouble()).isEqualTo(2);
        assertThat(extra.get("llm").get("top_p").asDouble()).isZero();
        assertThat(extra.get("llm").get("max_tokens").asInt()).isEqualTo(1);
        assertThat(extra.get("llm").get("presence_penalty").asDouble()).isEqualTo(0.5);
        assertThat(extra.get("llm").get("custom_params").get("seed").asInt()).isEqualTo(7);
        assertThat(extra.get("voice").get("speed").asInt()).isEqualTo(1);
        assertThat(extra.has("goodbye")).isFalse();
        assertThat(extra.get("disabled_builtin_tools").get(0).asText()).isEqualTo("music");
    }

    @Test
    void theLongestPromptFitsHoweverItIsWritten() {
        String prompt = "\\u597d".repeat(20_000);
        String body =
                "{"
                        + NAMES
                        + ",\"systemPrompt\":\""
                        + prompt
                        + "\",\"summaryMemory\":\""
                        + prompt
                        + "\"}";
        var made = node.as(alice, "POST", AGENT, body);
        assertThat(made.status()).isEqualTo(200);
        assertThat(
                        node.as(alice, "GET", AGENT + "/" + made.data().asText())
                                .data()
                                .get("systemPrompt")
                                .asText())
                .isEqualTo("好".repeat(20_000));
    }

    // As curl sends what a person typed; the JDK's client would escape it.
    private String unescaped(String path) throws IOException {
        URI base = URI.create(node.base());
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            String head =
                    "GET "
                            + path
                            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                            + alice
                            + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Node.Answer search(String query) {
        return node.as(alice, "GET", AGENT + "/search?" + query);
    }

    private static List<String> ids(Node.Answer answer) {
        var ids = new ArrayList<String>();
        answer.data().forEach(agent -> ids.add(agent.get("id").asText()));
        return ids;
    }
}
