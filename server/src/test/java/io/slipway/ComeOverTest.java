package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.comeover.MariaServer;
import io.slipway.comeover.MariaServer.ForeignFixture;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.TestEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code import}: the command as it is typed, reading a real MariaDB with made-up rows. */
class ComeOverTest {

    /** Of the test's clock: 2026-09-21, 21:33 in Shanghai. */
    private static final String TODAY = "2026-09-21";

    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private final ForeignFixture other = MariaServer.database();
    private final Map<String, String> settings = new HashMap<>();
    private Path data;
    private Path password;

    @BeforeEach
    void prepare() throws IOException {
        data = folder.resolve("data");
        password = Files.writeString(folder.resolve("password"), MariaServer.PASSWORD + "\n");
    }

    // ------------------------------------------------------------ the other servers

    /** The tables of xinnan's server as they are now, as far as they matter. */
    private void xinnan() {
        other.run(
                """
                CREATE TABLE sys_user (id BIGINT PRIMARY KEY, username VARCHAR(50),
                    password VARCHAR(100), super_admin TINYINT UNSIGNED, status TINYINT,
                    create_date DATETIME)
                """,
                """
                CREATE TABLE ai_agent (id VARCHAR(32) PRIMARY KEY, user_id BIGINT,
                    agent_code VARCHAR(36), agent_name VARCHAR(64), asr_model_id VARCHAR(32),
                    vad_model_id VARCHAR(64), llm_model_id VARCHAR(32), tts_model_id VARCHAR(32),
                    tts_voice_id VARCHAR(32), mem_model_id VARCHAR(32),
                    intent_model_id VARCHAR(32), chat_history_conf TINYINT, system_prompt TEXT,
                    summary_memory TEXT, lang_code VARCHAR(10), language VARCHAR(10),
                    created_at DATETIME)
                """,
                """
                CREATE TABLE ai_device (id VARCHAR(32) PRIMARY KEY, user_id BIGINT,
                    mac_address VARCHAR(50), board VARCHAR(50), alias VARCHAR(64),
                    agent_id VARCHAR(32), app_version VARCHAR(20), create_date DATETIME)
                """,
                """
                CREATE TABLE ai_agent_chat_history (id BIGINT AUTO_INCREMENT PRIMARY KEY,
                    mac_address VARCHAR(50), agent_id VARCHAR(32), session_id VARCHAR(50),
                    chat_type TINYINT, content VARCHAR(1024), audio_id VARCHAR(32),
                    created_at DATETIME(3))
                """,
                // Two ids that are the same number to a double.
                """
                INSERT INTO sys_user (id, username, password, super_admin, status, create_date)
                VALUES (1915000000000000001, 'chen', '$2a$10$x', 1, 1, '2026-01-02 03:04:05'),
                       (1915000000000000002, 'wang', '$2a$10$y', 0, 0, '2026-02-02 03:04:05')
                """,
                """
                INSERT INTO ai_agent (id, user_id, agent_name, chat_history_conf, system_prompt,
                    summary_memory, lang_code, language, llm_model_id, created_at)
                VALUES ('a1', 1915000000000000001, '厨房', 1, '你是厨房里的帮手', '喜欢面条', 'zh', '中文',
                        'LLM_x', '2026-01-03 00:00:00'),
                       ('a2', 1915000000000000002, 'Quiet', 0, 'Say little', NULL, 'en', 'English',
                        NULL, '2026-02-03 00:00:00')
                """,
                """
                INSERT INTO ai_device (id, user_id, mac_address, board, alias, agent_id)
                VALUES ('d4:06:06:00:00:01', 1915000000000000001, 'd4:06:06:00:00:01',
                        'bread-compact-wifi', '灶台', 'a1'),
                       ('d2', 1915000000000000002, 'D4-06-06-00-00-02', 'esp-box', NULL, 'a2'),
                       ('d3', 1915000000000000001, 'not a mac', 'x', NULL, 'a1'),
                       ('d4', 1915000000000000001, 'd4:06:06:00:00:04', 'x', NULL, NULL),
                       ('d5', 1915000000000000001, 'ff:ff:ff:ff:ff:ff', 'x', NULL, 'a1')
                """,
                said(1, "a1", "s1", 1, "现在几点了", " 20:00:00.100"),
                said(1, "a1", "s1", 2, "八点", " 20:00:00.100"),
                said(1, "a1", "s1", 1, "{\"speaker\":\"小王\",\"content\":\"谢谢\"}", " 20:00:01.000"),
                said(1, "a1", "s1", 3, "lights.on", " 20:00:02.000"),
                said(1, "a1", "s2", 1, "早上好", " 07:00:00.000"),
                said(1, "a1", "s2", 9, "?", " 07:00:01.000"),
                said(2, "a2", "s3", 1, "secret", " 07:00:00.000"),
                "INSERT INTO ai_agent_chat_history (mac_address, agent_id, session_id, chat_type,"
                        + " content, created_at) VALUES ('d4:06:06:00:00:01', 'a1', 's0', 1, '很久以前',"
                        + " '2026-01-05 00:00:00')");
    }

    private static String said(
            int device, String agent, String session, int type, String text, String time) {
        return "INSERT INTO ai_agent_chat_history (mac_address, agent_id, session_id, chat_type,"
                + " content, created_at) VALUES ('d4:06:06:00:00:0"
                + device
                + "', '"
                + agent
                + "', '"
                + session
                + "', "
                + type
                + ", '"
                + text
                + "', '"
                + TODAY
                + time
                + "')";
    }

    /**
     * The tables of joey's server.
     *
     * @param snake whether columns are spelled {@code user_id}, not {@code userId}
     */
    private void joey(boolean snake) {
        String[] statements = {
            """
            CREATE TABLE sys_user (userId INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
                username VARCHAR(50), password VARCHAR(255), state ENUM('1','0') DEFAULT '1',
                createTime DATETIME)
            """,
            """
            CREATE TABLE sys_role (roleId INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
                roleName VARCHAR(100), roleDesc TEXT, voiceName VARCHAR(100),
                state ENUM('1','0') DEFAULT '1', isDefault ENUM('1','0') DEFAULT '0',
                userId INT UNSIGNED, createTime TIMESTAMP NULL)
            """,
            """
            CREATE TABLE sys_device (deviceId VARCHAR(255) PRIMARY KEY, deviceName VARCHAR(100),
                roleId INT UNSIGNED, type VARCHAR(50), userId INT UNSIGNED)
            """,
            """
            CREATE TABLE sys_message (messageId BIGINT AUTO_INCREMENT PRIMARY KEY,
                deviceId VARCHAR(30), sessionId VARCHAR(100), roleId INT UNSIGNED,
                sender ENUM('user','assistant','tool'), message TEXT,
                state ENUM('1','0') DEFAULT '1', createTime TIMESTAMP NULL)
            """,
            "INSERT INTO sys_user (username, createTime) VALUES ('admin', '2026-03-09 18:32:29')",
            """
            INSERT INTO sys_role (roleName, roleDesc, voiceName, state, isDefault, userId,
                createTime)
            VALUES ('小何', '你叫小何', 'zh-CN-XiaoyiNeural', '1', '1', 1, '2026-03-10 00:00:00'),
                   ('旧', '没了', '', '0', '0', 1, '2026-03-10 00:00:00')
            """,
            """
            INSERT INTO sys_device (deviceId, deviceName, roleId, type, userId)
            VALUES ('d4:06:06:00:00:11', '书房', 1, 'bread-compact-wifi', 1),
                   ('d4:06:06:00:00:12', 'esp-box', NULL, 'esp-box', 1),
                   ('d4:06:06:00:00:13', '', 2, NULL, 1),
                   ('user_chat_1', '网页聊天', 1, 'web', 1)
            """,
            """
            INSERT INTO sys_message (deviceId, sessionId, roleId, sender, message, state,
                createTime)
            VALUES ('d4:06:06:00:00:11', 'm1', 1, 'user', '你好', '1', '2026-09-21 09:00:00'),
                   ('d4:06:06:00:00:11', 'm1', 1, 'assistant', '哈喽', '1', '2026-09-21 09:00:00'),
                   ('d4:06:06:00:00:11', 'm1', 1, 'assistant', '删了', '0', '2026-09-21 09:00:01'),
                   ('d4:06:06:00:00:12', 'm2', NULL, 'user', '在吗', '1', '2026-09-21 09:00:00'),
                   ('user_chat_1', 'm3', 1, 'user', '网页', '1', '2026-09-21 09:00:00')
            """
        };
        for (String each : statements) {
            other.run(
                    snake
                            ? each.replaceAll(
                                    "(?<=\\b[a-z]{4,8})(Id|Name|Desc|Time|Default)\\b", "_$1")
                            : each);
        }
    }

    // ------------------------------------------------------------ the command

    private record Home(Path data, DatabaseConfig database) {

        TestServer start(TestClock clock) {
            return TestServer.start(
                    data,
                    clock,
                    database.postgres() ? TestServer.postgres(database.url()) : TestServer.pairs());
        }
    }

    private Home home(TestEngine engine) {
        var home = new Home(data, engine.config(data));
        try (TestServer server = home.start(clock)) {
            Person.register(server, "owner");
        }
        return home;
    }

    private List<String> from(String server, String... more) {
        var all = new ArrayList<>(List.of("import", server, "--from", other.url()));
        all.addAll(List.of("--user", MariaServer.USER, "--password-file", password.toString()));
        all.addAll(List.of(more));
        return all;
    }

    private String said(int status, Home home, List<String> arguments) {
        var environment = new HashMap<>(settings);
        environment.put("SLIPWAY_DATA_DIR", home.data().toString());
        if (home.database().postgres()) {
            environment.put("SLIPWAY_DATABASE_URL", home.database().url());
            environment.put("SLIPWAY_DATABASE_USER", "postgres");
            environment.put("SLIPWAY_DATABASE_PASSWORD", "postgres");
        }
        environment.put("SLIPWAY_PUBLIC_URL", "http://voice.example.com");
        var text = new ByteArrayOutputStream();
        try (var out = new PrintStream(text, true, StandardCharsets.UTF_8)) {
            int ended =
                    new Commands(out, out)
                            .run(arguments.toArray(String[]::new), environment, clock);
            assertThat(ended).as(text.toString(StandardCharsets.UTF_8)).isEqualTo(status);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private static List<String> texts(JsonNode list, String field) {
        var texts = new ArrayList<String>();
        list.forEach(each -> texts.add(each.path(field).asText()));
        return texts;
    }

    private static JsonNode agent(Person person, String name) {
        for (JsonNode each : person.ok("GET", "/xiaozhi/agent/list?limit=50", "")) {
            if (each.path("agentName").asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError("there is no agent " + name);
    }

    // ------------------------------------------------------------ what comes over

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void everythingIntoOneAccount(TestEngine engine) throws Exception {
        xinnan();
        Home home = home(engine);
        Path list = folder.resolve("list.csv");
        Path report = folder.resolve("report.csv");
        List<String> dry =
                from(
                        "xinnan",
                        "--into",
                        "owner",
                        "--list",
                        list.toString(),
                        "--report",
                        report.toString());

        String first = said(3, home, dry);
        assertThat(first)
                .contains(
                        "智能体 agent：将新增 to be added 2，已有 here already 0，未导入 not taken 0",
                        "设备 device：将新增 to be added 2，已有 here already 0，未导入 not taken 3",
                        "聊天记录 chat line：将新增 to be added 5，已有 here already 0，未导入 not taken 3",
                        "not taken: 设备 device not a mac: MAC 地址格式错误 / not a MAC",
                        "d4:06:06:00:00:04: 在原服务器上没有智能体",
                        "ff:ff:ff:ff:ff:ff: 该 MAC 不属于单一设备",
                        "1 × 超出聊天记录的保留时间",
                        "1 × 其智能体不保存聊天记录",
                        "1 × 不知道是谁说的",
                        "Nothing was written");
        assertThat(Files.readString(list))
                .contains(
                        "owner,d4:06:06:00:00:01,\"灶台\",\"厨房\",bread-compact-wifi,"
                                + "http://voice.example.com/v1/ota/\r\n",
                        "owner,d4:06:06:00:00:02,,Quiet,esp-box,");
        assertThat(Files.readString(report)).contains("chat line", "owner,8,", "owner,7,");
        // It has written nothing: the same again.
        assertThat(said(3, home, dry)).isEqualTo(first);

        List<String> write = from("xinnan", "--into", "owner", "--write");
        assertThat(said(3, home, write))
                .contains(
                        "智能体 agent：新增 added 2",
                        "设备 device：新增 added 2",
                        "聊天记录 chat line：新增 added 5",
                        "http://voice.example.com/v1/ota/",
                        "--list FILE");
        assertThat(said(3, home, write))
                .contains(
                        "智能体 agent：新增 added 0，已有 here already 2",
                        "设备 device：新增 added 0，已有 here already 2，未导入 not taken 3",
                        "聊天记录 chat line：新增 added 0，已有 here already 5，未导入 not taken 3");

        try (TestServer server = home.start(clock)) {
            Person owner = Person.login(server, "owner");
            JsonNode kitchen = agent(owner, "厨房");
            String id = kitchen.path("id").asText();
            JsonNode whole = owner.ok("GET", "/xiaozhi/agent/" + id, "");
            assertThat(whole.path("systemPrompt").asText()).isEqualTo("你是厨房里的帮手");
            assertThat(whole.path("summaryMemory").asText()).isEqualTo("喜欢面条");
            assertThat(whole.path("llmModelId").asText()).isEqualTo("LLM_x");
            assertThat(whole.path("chatHistoryConf").asInt()).isEqualTo(1);
            // Its first check-in binds it, with its name.
            assertThat(TestDevice.of(server, 1).code()).isEmpty();
            JsonNode device = owner.device(TestDevice.of(server, 1));
            assertThat(device.path("alias").asText()).isEqualTo("灶台");
            assertThat(device.path("agentId").asText()).isEqualTo(id);
            assertThat(owner.ok("GET", "/v1/devices?by=alias&q=灶", "")).hasSize(1);
            // What was said is at the agent, and at the device.
            JsonNode sessions =
                    owner.ok("GET", "/xiaozhi/agent/" + id + "/sessions?page=1&limit=10", "")
                            .path("list");
            assertThat(sessions).hasSize(2);
            String session = sessions.get(0).path("sessionId").asText();
            JsonNode lines =
                    owner.ok("GET", "/xiaozhi/agent/" + id + "/chat-history/" + session, "");
            assertThat(texts(lines, "content")).containsExactly("现在几点了", "八点", "谢谢", "lights.on");
            assertThat(texts(lines, "chatType")).containsExactly("1", "2", "1", "3");
            assertThat(lines.get(0).path("createdAt").asText()).contains("12:00:00");
            assertThat(owner.ok("GET", "/v1/devices/d4:06:06:00:00:01/sessions", "")).hasSize(2);
        }

        // What is new there comes with the next run; the bound device is recognised.
        other.run(
                "INSERT INTO ai_agent (id, user_id, agent_name, created_at) VALUES"
                        + " ('a3', 1915000000000000001, 'New', '2026-09-21 00:00:00')",
                said(1, "a1", "s1", 1, "晚安", " 21:00:00.000"));
        assertThat(said(3, home, write))
                .contains(
                        "智能体 agent：新增 added 1，已有 here already 2",
                        "设备 device：新增 added 0，已有 here already 2",
                        "聊天记录 chat line：新增 added 1，已有 here already 5");
    }

    @Test
    void anAccountForEachUser() throws Exception {
        xinnan();
        other.run(
                "INSERT INTO sys_user (id, username, status, create_date) VALUES"
                        + " (3, 'owner', 1, '2026-02-02 03:04:05'), (4, 'a b', 1, NULL)",
                "INSERT INTO ai_agent (id, user_id, agent_name) VALUES ('a4', 3, 'Other owner')",
                "INSERT INTO ai_device (id, user_id, mac_address, agent_id) VALUES"
                        + " ('d6', 3, 'd4:06:06:00:00:06', 'a4'),"
                        + " ('d7', 1915000000000000002, 'd4:06:06:00:00:07', 'a1')");
        Home home = home(TestEngine.SQLITE);
        Path passwords = folder.resolve("passwords.csv");

        assertThat(said(3, home, from("xinnan", "--users", "--source", "old")))
                .contains(
                        "用户 user：将新增 to be added 2，已有 here already 0，未导入 not taken 2",
                        "owner: 用户名已存在 / The username is taken",
                        "智能体 agent：将新增 to be added 2，已有 here already 0，未导入 not taken 1",
                        "d4:06:06:00:00:06: 其用户没有导入 / its user was not taken",
                        "d4:06:06:00:00:07: 其智能体属于另一个用户");
        List<String> write =
                from(
                        "xinnan",
                        "--users",
                        "--source",
                        "old",
                        "--write",
                        "--passwords",
                        passwords.toString());
        assertThat(said(3, home, write))
                .contains("用户 user：新增 added 2", "wang: 在原服务器上已停用", "智能体 agent：新增 added 2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(passwords)))
                .isEqualTo("rw-------");
        List<String> kept = Files.readAllLines(passwords);
        assertThat(kept).hasSize(2);
        assertThat(kept.getFirst()).matches("chen\t[A-Za-z0-9_-]{16}");
        // No new user: no new password, and the file is left alone.
        assertThat(said(3, home, write)).contains("用户 user：新增 added 0，已有 here already 2");
        assertThat(Files.readAllLines(passwords)).isEqualTo(kept);

        try (TestServer server = home.start(clock)) {
            String login =
                    "{\"username\":\"chen\",\"password\":\""
                            + kept.getFirst().split("\t", 2)[1]
                            + "\"}";
            var answer =
                    server.call(
                            "POST", "/xiaozhi/user/login", login.getBytes(StandardCharsets.UTF_8));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            // The same name here is somebody else.
            Person owner = Person.login(server, "owner");
            assertThat(owner.ok("GET", "/xiaozhi/agent/list?limit=50", "").toString())
                    .doesNotContain("Other owner");
            JsonNode users = owner.ok("GET", "/v1/users?limit=50", "");
            assertThat(texts(users, "username")).contains("chen", "wang", "owner");
        }

        // The operator knows that it is the same person.
        assertThat(said(0, home, from("xinnan", "--into", "owner", "--only", "owner", "--write")))
                .contains("智能体 agent：新增 added 1", "设备 device：新增 added 1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void joeysTablesInBothSpellings(boolean snake) throws Exception {
        joey(snake);
        Home home = home(TestEngine.SQLITE);
        assertThat(said(3, home, from("joey", "--into", "owner", "--write")))
                .contains(
                        "智能体 agent：新增 added 1，已有 here already 0，未导入 not taken 1",
                        "旧: 在原服务器上已删除或停用",
                        "设备 device：新增 added 2，已有 here already 0，未导入 not taken 2",
                        "user_chat_1 网页聊天: MAC 地址格式错误",
                        "d4:06:06:00:00:13: 其智能体在原服务器上已删除或停用",
                        "聊天记录 chat line：新增 added 3，已有 here already 0，未导入 not taken 2",
                        "1 × 其设备没有 MAC",
                        "1 × 在原服务器上已删除");
        assertThat(said(3, home, from("joey", "--into", "owner", "--write")))
                .contains("智能体 agent：新增 added 0，已有 here already 1", "新增 added 0，已有 here already 3");
        try (TestServer server = home.start(clock)) {
            Person owner = Person.login(server, "owner");
            JsonNode role = agent(owner, "小何");
            var study =
                    new TestDevice(
                            server,
                            "d4:06:06:00:00:11",
                            "7b94d69a-9808-4c59-9c9b-000000000011",
                            "2.4.2",
                            "",
                            "");
            assertThat(study.code()).isEmpty();
            assertThat(owner.device(study).path("alias").asText()).isEqualTo("书房");
            // It had only its board's name, and talked to the default role.
            var box =
                    new TestDevice(
                            server,
                            "d4:06:06:00:00:12",
                            "7b94d69a-9808-4c59-9c9b-000000000012",
                            "2.4.2",
                            "",
                            "");
            assertThat(box.code()).isEmpty();
            assertThat(owner.device(box).path("alias").asText()).isEmpty();
            assertThat(owner.device(box).path("agentId").asText())
                    .isEqualTo(role.path("id").asText());
            // A TIMESTAMP is exact, whatever the time zones: written at 09:00 in +08:00.
            JsonNode sessions = owner.ok("GET", "/v1/devices/d4:06:06:00:00:11/sessions", "");
            String session = sessions.get(0).path("sessionId").asText();
            JsonNode lines =
                    owner.ok(
                            "GET",
                            "/xiaozhi/agent/"
                                    + role.path("id").asText()
                                    + "/chat-history/"
                                    + session,
                            "");
            assertThat(texts(lines, "content")).containsExactly("你好", "哈喽");
            assertThat(lines.get(0).path("createdAt").asText()).contains("01:00:00");
        }
    }

    @Test
    void firstVersionsHadLess() {
        other.run(
                "CREATE TABLE sys_user (id BIGINT PRIMARY KEY, username VARCHAR(50))",
                "CREATE TABLE ai_agent (id BIGINT PRIMARY KEY, user_id BIGINT, agent_name"
                        + " VARCHAR(64), `character` TEXT)",
                "CREATE TABLE ai_device (id BIGINT PRIMARY KEY, user_id BIGINT, mac_address"
                        + " VARCHAR(50), agent_id BIGINT)",
                "INSERT INTO ai_agent VALUES (1, 1, '', 'A prompt of old')",
                "INSERT INTO ai_device VALUES (1, 1, 'd4:06:06:00:00:01', 1)");
        Home home = home(TestEngine.SQLITE);
        List<String> mysql =
                from(
                        "xinnan",
                        "--into",
                        "owner",
                        "--write",
                        "--backend",
                        "ws://voice.example.com/xiaozhi/v1/");
        mysql.set(3, other.url().replace("jdbc:mariadb:", "jdbc:mysql:"));
        assertThat(said(0, home, mysql))
                .contains(
                        "智能体 agent：新增 added 1", "设备 device：新增 added 1", "聊天记录 chat line：新增 added 0")
                .doesNotContain("only echo");
        try (TestServer server = home.start(clock)) {
            Person owner = Person.login(server, "owner");
            String id = agent(owner, "1").path("id").asText();
            JsonNode whole = owner.ok("GET", "/xiaozhi/agent/" + id, "");
            assertThat(whole.path("systemPrompt").asText()).isEqualTo("A prompt of old");
            assertThat(whole.at("/backend/url").asText())
                    .isEqualTo("ws://voice.example.com/xiaozhi/v1/");
        }
    }

    /** More than a page of each; and texts that are too long. */
    @Test
    void manyRowsAndLongOnes() {
        xinnan();
        other.run(
                "UPDATE ai_agent SET system_prompt = REPEAT('x', 30000) WHERE id = 'a1'",
                "INSERT INTO ai_device (id, user_id, mac_address, agent_id) SELECT CONCAT('m', seq),"
                        + " 1915000000000000001, CONCAT('d4:06:07:00:', LPAD(HEX(seq DIV 256), 2,"
                        + " '0'), ':', LPAD(HEX(seq MOD 256), 2, '0')), 'a1' FROM seq_1_to_1200",
                "INSERT INTO ai_agent_chat_history (mac_address, agent_id, session_id, chat_type,"
                        + " content, created_at) SELECT 'd4:06:06:00:00:01', 'a1', 'long', 1, seq,"
                        + " '2026-09-21 10:00:00' FROM seq_1_to_1300");
        Home home = home(TestEngine.SQLITE);
        assertThat(said(3, home, from("xinnan", "--into", "owner", "--write")))
                .contains(
                        "too long and is cut",
                        "设备 device：新增 added 1202",
                        "聊天记录 chat line：新增 added 1305");
        assertThat(said(3, home, from("xinnan", "--into", "owner", "--write", "--without-chats")))
                .contains("设备 device：新增 added 0，已有 here already 1202")
                .doesNotContain("chat line");
        try (TestServer server = home.start(clock)) {
            Person owner = Person.login(server, "owner");
            String id = agent(owner, "厨房").path("id").asText();
            assertThat(owner.ok("GET", "/xiaozhi/agent/" + id, "").path("systemPrompt").asText())
                    .hasSize(20_000);
            // One import for each agent, whatever the number of devices.
            JsonNode imports = owner.ok("GET", "/v1/imports?limit=50", "");
            assertThat(imports).hasSize(2);
            assertThat(imports.toString()).contains("1201");
        }
    }

    // ------------------------------------------------------------ what is the same

    /** A line belongs to its session: other accounts and other time zones make no difference. */
    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void linesOfTwoAccountsAndTimeZones(TestEngine engine) {
        xinnan();
        Home home = home(engine);
        List<String> users =
                from(
                        "xinnan",
                        "--users",
                        "--source",
                        "old",
                        "--write",
                        "--passwords",
                        folder.resolve("passwords").toString());
        assertThat(said(3, home, from("xinnan", "--into", "owner", "--write")))
                .contains("聊天记录 chat line：新增 added 5");
        assertThat(said(3, home, users)).contains("聊天记录 chat line：新增 added 5");
        assertThat(said(3, home, users)).contains("聊天记录 chat line：新增 added 0，已有 here already 5");
        assertThat(said(3, home, from("xinnan", "--into", "owner", "--write", "--zone", "UTC")))
                .contains("聊天记录 chat line：新增 added 0，已有 here already 5");
        try (TestServer server = home.start(clock)) {
            Person owner = Person.login(server, "owner");
            String id = agent(owner, "厨房").path("id").asText();
            JsonNode sessions =
                    owner.ok("GET", "/xiaozhi/agent/" + id + "/sessions?page=1&limit=10", "")
                            .path("list");
            assertThat(texts(sessions, "chatCount")).containsExactlyInAnyOrder("4", "1");
        }
    }

    /** Before 2025 the time is not part of an id; and a number's last bits come again. */
    @Test
    void linesOfBefore2025() {
        xinnan();
        settings.put("SLIPWAY_HISTORY_KEPT", "1000 d");
        other.run(
                "DELETE FROM ai_agent_chat_history",
                "INSERT INTO ai_agent_chat_history (id, mac_address, agent_id, session_id,"
                        + " chat_type, content, created_at) VALUES"
                        + " (7, 'd4:06:06:00:00:01', 'a1', 'o1', 1, 'first', '2024-06-01 08:00:00'),"
                        + " (8, 'd4:06:06:00:00:01', 'a1', 'o1', 2, 'second', '2024-06-01 08:00:01'),"
                        + " (4194311, 'd4:06:06:00:00:01', 'a1', 'o2', 1, 'third',"
                        + " '2024-07-01 08:00:00'),"
                        + " (8388615, 'd4:06:06:00:00:01', 'a1', 'o3', 1, 'fourth',"
                        + " '2024-08-01 08:00:00')");
        Home home = home(TestEngine.SQLITE);
        List<String> write = from("xinnan", "--into", "owner", "--write");
        assertThat(said(3, home, write)).contains("聊天记录 chat line：新增 added 4");
        assertThat(said(3, home, write)).contains("聊天记录 chat line：新增 added 0，已有 here already 4");
    }

    /** Two installations of one server have the same first user, of the same time. */
    @Test
    void firstUsersOfTwoServers() {
        joey(false);
        Home home = home(TestEngine.SQLITE);
        String passwords = folder.resolve("passwords").toString();
        List<String> one =
                from("joey", "--users", "--source", "one", "--write", "--passwords", passwords);
        List<String> two =
                from("joey", "--users", "--source", "two", "--write", "--passwords", passwords);
        assertThat(said(3, home, one)).contains("用户 user：新增 added 1");
        assertThat(said(3, home, one)).contains("用户 user：新增 added 0，已有 here already 1");
        assertThat(said(3, home, two))
                .contains(
                        "admin: 用户名已存在 / The username is taken",
                        "用户 user：新增 added 0，已有 here already 0，未导入 not taken 1",
                        "智能体 agent：新增 added 0，已有 here already 0");
        // Into one account, their agents of the same number and time stay two as well.
        assertThat(said(3, home, from("joey", "--into", "owner", "--source", "two", "--write")))
                .contains("智能体 agent：新增 added 1");
        assertThat(said(3, home, from("joey", "--into", "owner", "--source", "three", "--write")))
                .contains("智能体 agent：新增 added 1");
    }

    /** It would wait here unseen, and take the device at one of its later check-ins. */
    @Test
    void aDeviceOfAnotherAccountIsRefused() {
        xinnan();
        Home home = home(TestEngine.SQLITE);
        try (TestServer server = home.start(clock)) {
            Person.register(server, "other");
        }
        assertThat(said(3, home, from("xinnan", "--into", "other", "--only", "chen", "--write")))
                .contains("设备 device：新增 added 1");
        String refused = "d4:06:06:00:00:01 灶台: 在这里属于另一个账号 / bound to another account here";
        for (String each : List.of("waiting", "bound")) {
            assertThat(said(3, home, from("xinnan", "--into", "owner")))
                    .as(each)
                    .contains(
                            refused,
                            "设备 device：将新增 to be added 1，已有 here already 0，未导入 not taken 4");
            try (TestServer server = home.start(clock)) {
                assertThat(TestDevice.of(server, 1).code()).isEmpty();
            }
        }
        assertThat(said(3, home, from("xinnan", "--into", "owner", "--write")))
                .contains(refused, "设备 device：新增 added 1");
        assertThat(said(3, home, from("xinnan", "--into", "other")))
                .contains("d4:06:06:00:00:02: 在这里属于另一个账号")
                .doesNotContain("d4:06:06:00:00:01");
    }

    // ------------------------------------------------------------ what goes wrong

    @ParameterizedTest
    @ValueSource(
            strings = {
                "allowLocalInfile=true",
                "sslMode=trust&initSql=SELECT 1",
                "ALLOWMULTIQUERIES=true",
                "socketTimeout=0",
                "sslMode=trust?allowLocalInfile=true",
                "%61llowLocalInfile=true",
                "sessionVariables=x",
                "user=reader",
                "Password=hidden"
            })
    void optionsThatAreNotSafe(String options) {
        List<String> arguments = from("xinnan", "--into", "owner");
        arguments.set(3, other.url() + "?" + options);
        String said = said(2, new Home(data, TestEngine.SQLITE.config(data)), arguments);
        String[] parts = options.split("&", -1);
        String name = parts[parts.length - 1].split("=", 2)[0];
        assertThat(said)
                .contains(
                        name.matches("user|Password")
                                ? name
                                        + " does not belong into --from: use --user and"
                                        + " --password-file"
                                : "--from does not take the option " + name)
                .doesNotContain("hidden");
    }

    @Test
    void optionsOfTls() {
        xinnan();
        Home home = home(TestEngine.SQLITE);
        List<String> arguments = from("xinnan", "--into", "owner");
        arguments.set(3, other.url() + "?sslMode=disable&allowPublicKeyRetrieval=true");
        assertThat(said(3, home, arguments)).contains("智能体 agent：将新增 to be added 2");
    }

    /** The tables of a database belong to the server that may be running on it. */
    @Test
    void aDryRunChangesNoTables() throws Exception {
        xinnan();
        Home home = home(TestEngine.SQLITE);
        String url = "jdbc:sqlite:" + data.resolve("slipway.db");
        try (var connection = DriverManager.getConnection(url);
                var older = connection.createStatement()) {
            older.execute("ALTER TABLE preregistration DROP COLUMN alias");
            older.execute("DELETE FROM flyway_schema_history WHERE version >= '036'");
        }
        assertThat(said(1, home, from("xinnan", "--into", "owner")))
                .contains("start this version's server first");
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT count(*) FROM flyway_schema_history WHERE version >="
                                        + " '036'")) {
            assertThat(row.getInt(1)).isZero();
        }
        try (TestServer server = home.start(clock)) {
            assertThat(said(3, home, from("xinnan", "--into", "owner"))).contains("to be added 2");
            assertThat(server.call("GET", "/health/live", new byte[0]).statusCode()).isEqualTo(200);
        }
    }

    /** Neither a name nor an error may turn the direction of writing, or begin a line. */
    @Test
    void charactersThatNobodySees() {
        xinnan();
        other.run(
                "UPDATE ai_agent SET agent_name = '厨\u202e\u2028房\u200d灶' WHERE id = 'a1'",
                "UPDATE ai_device SET alias = 'x\u202ey\u0085z' WHERE id = 'd3'");
        Home home = home(TestEngine.SQLITE);
        assertThat(said(3, home, from("xinnan", "--into", "owner", "--write")))
                .doesNotContain("\u202e", "\u0085")
                .contains("not a mac x y z");
        try (TestServer server = home.start(clock)) {
            assertThat(agent(Person.login(server, "owner"), "厨 房\u200d灶").isMissingNode())
                    .isFalse();
        }
        List<String> nobody = from("xinnan", "--into", "owner");
        nobody.set(5, "some\u202ebody");
        assertThat(said(1, home, nobody))
                .contains("Access denied for user 'some?body'")
                .doesNotContain("\u202e");
    }

    @Test
    void itSaysWhatIsWrong() throws Exception {
        xinnan();
        Home home = home(TestEngine.SQLITE);
        assertThat(said(2, home, List.of("import"))).contains("import xinnan|joey");
        assertThat(said(2, home, from("elsewhere", "--into", "owner"))).contains("--write");
        assertThat(said(2, home, from("xinnan"))).contains("--users");
        assertThat(said(2, home, from("xinnan", "--users", "--into", "owner"))).contains("import");
        assertThat(said(2, home, from("xinnan", "--users", "--source", "old", "--write")))
                .contains("--passwords");
        assertThat(said(2, home, from("xinnan", "--users"))).contains("--source NAME");
        assertThat(said(2, home, from("xinnan", "--users", "--source", "a b")))
                .contains("--source");
        assertThat(said(2, home, from("xinnan", "--into", "owner", "--zone", "Mars")))
                .contains("no such time zone");
        assertThat(said(2, home, from("xinnan", "--into", "owner", "--backend", "http://x/")))
                .contains("ws://");
        assertThat(said(1, home, from("xinnan", "--into", "nobody"))).contains("there is no user");
        assertThat(said(1, home, from("joey", "--into", "owner")))
                .contains("not a database of joey");
        other.run("ALTER TABLE ai_device DROP COLUMN mac_address");
        assertThat(said(1, home, from("xinnan", "--into", "owner")))
                .contains("has no column mac_address: an unknown version");
        Files.writeString(password, "wrong\n");
        assertThat(said(1, home, from("xinnan", "--into", "owner")))
                .contains("can't be read", "Access denied")
                .doesNotContain("wrong");
        int closed;
        try (var free = new ServerSocket(0)) {
            closed = free.getLocalPort();
        }
        List<String> nobody = from("xinnan", "--into", "owner");
        nobody.set(3, "jdbc:mariadb://127.0.0.1:" + closed + "/x?keyPassword=hidden");
        assertThat(said(1, home, nobody))
                .contains("127.0.0.1:" + closed + "/x")
                .doesNotContain("hidden");
        var empty = new Home(folder.resolve("empty"), home.database());
        assertThat(said(1, empty, from("xinnan", "--into", "owner")))
                .contains("register the first user");
        assertThat(folder.resolve("empty")).doesNotExist();
    }

    @Test
    void aServerThatRunsIsNotWrittenTo() {
        xinnan();
        Home home = home(TestEngine.SQLITE);
        try (TestServer server = home.start(clock)) {
            assertThat(said(3, home, from("xinnan", "--into", "owner"))).contains("to be added 2");
            assertThat(said(1, home, from("xinnan", "--into", "owner", "--write")))
                    .contains("already uses the data folder");
            assertThat(server.call("GET", "/health/live", new byte[0]).statusCode()).isEqualTo(200);
        }
    }

    /** With PostgreSQL there are other nodes anyway. */
    @Test
    void withPostgresServersMayRun() {
        xinnan();
        Home home = home(TestEngine.POSTGRES);
        try (TestServer server = home.start(clock)) {
            assertThat(TestDevice.of(server, 1).code()).isNotEmpty();
            assertThat(said(3, home, from("xinnan", "--into", "owner", "--write")))
                    .contains("设备 device：新增 added 2");
            // It waited with a code: its next check-in binds it.
            assertThat(TestDevice.of(server, 1).code()).isEmpty();
            assertThat(
                            Map.of(
                                    "alias",
                                    Person.login(server, "owner")
                                            .device(TestDevice.of(server, 1))
                                            .path("alias")
                                            .asText()))
                    .containsEntry("alias", "灶台");
        }
    }
}
