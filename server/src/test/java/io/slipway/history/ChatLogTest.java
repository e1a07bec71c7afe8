package io.slipway.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.account.TestAccounts;
import io.slipway.agent.AgentConfig;
import io.slipway.agent.Agents;
import io.slipway.cluster.Bus;
import io.slipway.cluster.Topic;
import io.slipway.history.ChatLog.NewChatLine;
import io.slipway.history.ChatLog.Speaker;
import io.slipway.http.Problem;
import io.slipway.keys.MasterKey;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class ChatLogTest {

    private static final Topic<String> MARK = Topic.text("mark");

    private static final Mac KITCHEN = new Mac(0xd40606b6a9faL);
    private static final Mac STUDY = new Mac(0xd40606b6a9fbL);
    private static final Duration KEPT = Duration.ofDays(60);

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private final io.slipway.TestClock clock = new io.slipway.TestClock();
    private final Ids ids = new Ids(clock);
    private DatabaseConfig config;
    private Database database;
    private Agents agents;
    private ChatLog said;
    private Caller alice;
    private Caller bob;
    private String cook;
    private String teacher;

    @BeforeEach
    void open() {
        config = engine.config(folder);
        database = Database.open(config);
        var accounts = new Accounts(database, clock, () -> null);
        var master = MasterKey.ofHex("5a".repeat(32));
        var audit = new Audit(database, ids, clock);
        agents =
                new Agents(
                        () -> new AgentConfig(false, 1_000),
                        database,
                        new Bus.Local(),
                        ids,
                        clock,
                        accounts,
                        audit,
                        master);
        said = log(new Bus.Local());
        alice = TestAccounts.login(database, clock, "alice", true).caller();
        bob = TestAccounts.login(database, clock, "bob", false).caller();
        cook = agent(alice, 1);
        teacher = agent(alice, 2);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private ChatLog log(Bus bus) {
        return new ChatLog(database, bus, ids, clock, agents, new Audit(database, ids, clock));
    }

    private String agent(Caller owner, int history) {
        return agents.create(owner, empty -> History.keeping(empty, history)).id();
    }

    private NewChatLine line(String session, Caller owner, String agent, Mac mac, String content) {
        return new NewChatLine(
                session,
                owner.accountId(),
                agent,
                mac,
                Speaker.USER,
                content,
                "auto",
                clock.millis());
    }

    private void say(String session, String agent, Mac mac, String... contents) {
        for (String content : contents) {
            said.note(line(session, alice, agent, mac, content));
        }
    }

    private List<String> contents(String agent, String session) {
        var found = said.history().session(alice, agent, session);
        List<ChatLine> lines = said.history().lines(found, 0, 100_000);
        assertThat(found.lines()).isEqualTo(lines.size());
        return lines.stream().map(ChatLine::content).toList();
    }

    private List<String> sessions(Caller owner, String agent) {
        var found = said.history().sessions(owner, agent, 0, 100);
        assertThat(found.total()).isEqualTo(found.list().size());
        return found.list().stream().map(ChatSession::sessionId).toList();
    }

    private void run(String sql) {
        database.run(Plane.CONSOLE, tx -> tx.handle().execute(sql));
    }

    private long rows(String table) {
        return database.read(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .createQuery("SELECT count(*) FROM " + table)
                                .mapTo(Long.class)
                                .one());
    }

    @Test
    void theOldestConversationsOfAnAccountWithTooMuchAreDeleted() {
        String bobs = agent(bob, 1);
        for (int i = 1; i <= 4; i++) {
            // 6 bytes in UTF-8, then 4.
            say("s" + i, cook, KITCHEN, "你好", "😀");
            said.note(line("b" + i, bob, bobs, STUDY, "0123456789"));
            said.flush();
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(said.trim(40, (tx, account) -> false)).isZero();
        assertThat(sessions(alice, cook)).hasSize(4);
        assertThat(said.trim(39, (tx, account) -> account.equals(alice.accountId()))).isOne();
        assertThat(sessions(alice, cook)).hasSize(4);
        assertThat(sessions(bob, bobs)).containsExactly("b4", "b3", "b2");
        assertThat(said.trim(25, (tx, account) -> false)).isEqualTo(2);
        assertThat(sessions(alice, cook)).containsExactly("s4", "s3");
        assertThat(sessions(bob, bobs)).containsExactly("b4", "b3");
        assertThat(rows("chat_line")).isEqualTo(6);
        // What is said in a session that was deleted begins a new one.
        say("s1", cook, KITCHEN, "12345");
        said.flush();
        said.trim(25, (tx, account) -> false);
        assertThat(sessions(alice, cook)).containsExactly("s1", "s4", "s3");
        said.trim(0, (tx, account) -> false);
        assertThat(rows("chat_session") + rows("chat_account") + rows("chat_line")).isZero();
    }

    @Test
    void chatHistoryIsReadInOrder() {
        long begun = clock.millis();
        said.note(line("s1", alice, cook, KITCHEN, "你好 😀\0"));
        clock.advance(Duration.ofSeconds(1));
        String account = alice.accountId();
        long at = clock.millis();
        said.note(new NewChatLine("s1", account, cook, KITCHEN, Speaker.ASSISTANT, "您好！", "", at));
        said.note(
                new NewChatLine(
                        "s1", account, cook, KITCHEN, Speaker.TOOL, "self.light.on", "auto", at));
        say("s2", cook, STUDY, "other");
        said.flush();
        clock.advance(Duration.ofSeconds(1));
        say("s1", cook, KITCHEN, "bye");
        said.flush();
        said.flush();
        assertThat(contents(cook, "s1"))
                .containsExactly("你好 😀\uFFFD", "您好！", "self.light.on", "bye");
        assertThat(sessions(alice, cook)).containsExactly("s2", "s1");
        assertThat(said.history().sessions(alice, cook, 1, 1).list())
                .extracting(ChatSession::sessionId)
                .containsExactly("s1");
        ChatSession session = said.history().session(alice, cook, "s1");
        assertThat(session.mac()).isEqualTo(KITCHEN);
        assertThat(session.startedAt()).isEqualTo(begun);
        var lines = said.history().lines(session, 0, 10);
        assertThat(lines).extracting(ChatLine::kind).containsExactly(1, 2, 3, 1);
        assertThat(lines)
                .extracting(ChatLine::listenMode)
                .containsExactly("auto", "", "auto", "auto");
        assertThat(lines.get(1).at()).isEqualTo(begun + 1_000);
        assertThat(said.history().lines(session, lines.get(1).id(), 1))
                .containsExactly(lines.get(2));
    }

    @Test
    void anAgentWithoutHistoryOrADeletedOneGetsNone() {
        String forgetful = agent(alice, 0);
        say("s1", forgetful, KITCHEN, "a");
        said.flush();
        agents.update(alice, forgetful, agent -> History.keeping(agent, 1), "");
        say("s2", forgetful, KITCHEN, "b");
        said.flush();
        assertThat(sessions(alice, forgetful)).containsExactly("s2");
        say("s2", forgetful, KITCHEN, "c");
        agents.update(alice, forgetful, agent -> History.keeping(agent, 0), "");
        said.flush();
        assertThat(contents(forgetful, "s2")).containsExactly("b");
        say("s3", cook, KITCHEN, "d");
        agents.delete(alice, cook);
        said.note(line("s4", bob, teacher, KITCHEN, "another account's agent"));
        said.flush();
        assertThat(rows("chat_session")).isEqualTo(1);
        assertThat(rows("chat_line")).isEqualTo(1);
    }

    @Test
    void aFailedFlushLosesNoLines() {
        say("s1", cook, KITCHEN, "1", "2");
        said.flush();
        run("ALTER TABLE chat_line RENAME TO away");
        say("s1", cook, KITCHEN, "3: a secret");
        for (int i = 0; i < 3; i++) {
            Throwable failure = catchThrowable(said::flush);
            assertThat(failure).isInstanceOf(StoreException.class);
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain("secret");
            }
            say("s1", cook, KITCHEN, "later " + i);
        }
        run("ALTER TABLE away RENAME TO chat_line");
        said.flush();
        said.flush();
        assertThat(contents(cook, "s1"))
                .containsExactly("1", "2", "3: a secret", "later 0", "later 1", "later 2");
    }

    @Test
    void whatWasCommittedAfterAllIsNotWrittenTwice() {
        var backlog = new Backlog();
        backlog.add(line("s1", alice, cook, KITCHEN, "once"));
        var entries = backlog.take(ids);
        long first = write(entries);
        backlog.putBack(entries);
        backlog.add(line("s1", alice, cook, KITCHEN, "more"));
        assertThat(write(backlog.take(ids))).isEqualTo(first);
        assertThat(contents(cook, "s1")).containsExactly("once", "more");
    }

    private long write(List<Backlog.PendingLine> entries) {
        return database.write(
                Plane.BACKGROUND,
                tx -> {
                    NewChatLine line = entries.getFirst().line();
                    long session = HotChatStore.session(tx, ids.next(), line, 1, 2);
                    HotChatStore.insert(tx, session, entries);
                    return session;
                });
    }

    @Test
    void onlySessionsThatHaveEndedLongAgoAreCleaned() {
        long day = Duration.ofDays(1).toMillis();
        for (int i = 0; i < 700; i++) {
            say("old" + i, cook, KITCHEN, "a", "b");
        }
        say("long", cook, KITCHEN, "a");
        said.flush();
        clock.advance(Duration.ofDays(40));
        say("long", cook, KITCHEN, "b");
        say("new", teacher, STUDY, "c");
        said.flush();
        said.clean(KEPT);
        assertThat(said.history().sessions(alice, cook, 0, 1).total()).isEqualTo(701);
        clock.advance(Duration.ofMillis(20 * day + 1));
        said.clean(KEPT);
        assertThat(sessions(alice, cook)).containsExactly("long");
        assertThat(contents(cook, "long")).containsExactly("a", "b");
        assertThat(sessions(alice, teacher)).containsExactly("new");
        assertThat(rows("chat_line")).isEqualTo(3);
        clock.advance(Duration.ofDays(41));
        said.clean(KEPT);
        assertThat(rows("chat_session") + rows("chat_line")).isZero();
    }

    @Test
    void aDevicesHistoryGoesWithItToAnotherAgent() {
        String hers = agent(bob, 1);
        for (int i = 0; i < 1_100; i++) {
            say("s" + i, cook, KITCHEN, "x");
        }
        say("study", cook, STUDY, "stays");
        said.note(line("bob's", bob, hers, KITCHEN, "stays too"));
        said.flush();
        say("s0", cook, KITCHEN, "waits");
        say("waits", cook, KITCHEN, "y");
        said.moved(alice.accountId(), KITCHEN, teacher);
        said.flush();
        assertThat(sessions(alice, cook)).containsExactly("study");
        assertThat(sessions(bob, hers)).containsExactly("bob's");
        assertThat(said.history().sessions(alice, teacher, 0, 1).total()).isEqualTo(1_101);
        assertThat(contents(teacher, "s0")).containsExactly("x", "waits");
        assertThat(contents(teacher, "waits")).containsExactly("y");
        // The conversation that was running when it moved, and continues.
        say("s0", cook, KITCHEN, "still the same call");
        said.flush();
        assertThat(contents(teacher, "s0")).hasSize(3);
        said.moved(alice.accountId(), new Mac(5), teacher);
    }

    @Test
    void aDeletedAgentsHistoryGoesWithIt() {
        for (int i = 0; i < 1_200; i++) {
            say("s" + i % 15, cook, KITCHEN, "x");
        }
        say("t", teacher, KITCHEN, "y");
        said.flush();
        said.forgetAgent(cook);
        assertThat(sessions(alice, cook)).isEmpty();
        assertThat(contents(teacher, "t")).containsExactly("y");
        assertThat(rows("chat_line")).isEqualTo(1);
        said.forgetAgent(cook);
    }

    @Test
    void aDevicesHistoryIsDeletedWithWhatStillWaits() {
        String hers = agent(bob, 1);
        for (int i = 0; i < 1_500; i++) {
            say("s" + i % 20, i % 2 == 0 ? cook : teacher, KITCHEN, "x");
            if (i % 50 == 49) {
                said.flush();
            }
        }
        say("study", cook, STUDY, "stays");
        said.note(line("bob's", bob, hers, KITCHEN, "stays too"));
        said.flush();
        say("s1", teacher, KITCHEN, "waits", "waits");
        assertThat(delete(alice, KITCHEN)).isEqualTo(1_502);
        said.flush();
        assertThat(sessions(alice, teacher)).isEmpty();
        assertThat(sessions(alice, cook)).containsExactly("study");
        assertThat(sessions(bob, hers)).containsExactly("bob's");
        assertThatThrownBy(() -> delete(alice, KITCHEN)).isInstanceOf(Problem.class);
        say("new", cook, KITCHEN, "only waits");
        assertThat(delete(alice, KITCHEN)).isEqualTo(1);
        assertThat(rows("chat_line")).isEqualTo(2);
    }

    private long delete(Caller caller, Mac mac) {
        return said.delete(
                caller,
                mac,
                tx -> {
                    throw Problem.notFound("无", "none");
                });
    }

    @Test
    void nothingIsLostOrDoubledAmongManyThreads() {
        var deleted = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                int talker = i;
                threads.execute(() -> {
                    for (int n = 0; n < 60; n++) {
                        say("s" + talker, cook, KITCHEN, talker + "." + n);
                        if (n % 20 == talker % 20) {
                            said.flush();
                        }
                    }
                });
            }
            threads.execute(() -> said.moved(alice.accountId(), KITCHEN, teacher));
            threads.execute(() -> said.clean(KEPT));
            threads.execute(() -> {
                say("study", cook, STUDY, "x");
                deleted.addAndGet((int) delete(alice, STUDY));
            });
        }
        said.flush();
        said.moved(alice.accountId(), KITCHEN, teacher);
        for (int i = 0; i < 64; i++) {
            var wanted = new ArrayList<String>();
            for (int n = 0; n < 60; n++) {
                wanted.add(i + "." + n);
            }
            assertThat(contents(teacher, "s" + i)).isEqualTo(wanted);
        }
        assertThat(deleted).hasValue(1);
        assertThat(sessions(alice, cook)).isEmpty();
    }

    @Test
    void whatWaitsOnAnotherNodeFollowsTheDevice() throws Exception {
        Assumptions.assumeTrue(engine == TestEngine.POSTGRES, "there is no other node");
        try (var bus = new Bus.Postgres(config);
                var otherBus = new Bus.Postgres(config)) {
            ChatLog here = log(bus);
            ChatLog there = log(otherBus);
            var marks = new LinkedBlockingQueue<String>();
            otherBus.subscribe(MARK, marks::add);
            mark(bus, marks);
            there.note(line("s", alice, cook, KITCHEN, "x"));
            here.moved(alice.accountId(), KITCHEN, teacher);
            mark(bus, marks);
            there.flush();
            assertThat(sessions(alice, teacher)).containsExactly("s");
            there.note(line("s", alice, teacher, KITCHEN, "y"));
            assertThat(here.delete(alice, KITCHEN, tx -> {})).isEqualTo(1);
            here.note(line("s", alice, cook, KITCHEN, "said since"));
            mark(bus, marks);
            there.flush();
            assertThat(rows("chat_line")).isZero();
            here.flush();
            assertThat(contents(cook, "s")).containsExactly("said since");
        }
    }

    /**
     * Returns once the other node has received everything sent before; it may still be subscribing.
     */
    private void mark(Bus bus, BlockingQueue<String> marks) throws InterruptedException {
        marks.clear();
        String mark = ids.hex();
        for (int i = 0; i < 100; i++) {
            database.run(Plane.CONSOLE, tx -> bus.send(tx, MARK, mark));
            if (mark.equals(marks.poll(300, TimeUnit.MILLISECONDS))) {
                return;
            }
        }
        throw new AssertionError("the other node received nothing");
    }
}
