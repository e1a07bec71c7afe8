package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.account.TestAccounts;
import io.slipway.cluster.Bus;
import io.slipway.http.Problem;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class AgentsTest {

    private static final int PER_ACCOUNT = 1_000;
    private static final MasterKey MASTER = MasterKey.ofHex("5a".repeat(32));

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-08-01T00:00:00Z"));
    private Database database;
    private Agents agents;
    private Caller alice;
    private Caller bob;

    @BeforeEach
    void open() {
        database = engine.open(folder);
        agents = agents(database);
        alice = TestAccounts.login(database, now::get, "alice", true).caller();
        bob = TestAccounts.login(database, now::get, "bob", false).caller();
    }

    private Agents agents(Database opened) {
        var ids = new Ids(now::get);
        var accounts = new Accounts(opened, now::get, () -> null);
        var audit = new Audit(opened, ids, now::get);
        return new Agents(
                () -> new AgentConfig(false, PER_ACCOUNT),
                opened,
                new Bus.Local(),
                ids,
                now::get,
                accounts,
                audit,
                MASTER);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatWasWrittenIsRead() {
        Agent made =
                agents.create(
                        alice,
                        empty -> {
                            var models = new Agent.Models("a", "v", "l", "vl", "t", "m", "i");
                            return new Agent(
                                    empty.id(),
                                    empty.accountId(),
                                    new Agent.Persona(
                                            "厨房", "小智", "code", "中文", "zh", "prompt", "memory"),
                                    models,
                                    new Agent.Options(
                                            "voice",
                                            2,
                                            -7,
                                            "[{\"pluginId\":\"x\"}]",
                                            "{\"llm\":{}}",
                                            "[\"d\"]"),
                                    new Backend.Relay("wss://h.example/v1/ws", "t0ken", 2, false),
                                    empty.createdAt(),
                                    empty.updatedAt());
                        });
        assertThat(agents.require(alice.accountId(), made.id())).isEqualTo(made);
        assertThat(made.id()).matches("[0-9a-f]{32}");
        now.set(now.get().plusSeconds(5));
        agents.update(alice, made.id(), agent -> agent, "nothing");
        assertThat(agents.require(alice.accountId(), made.id()))
                .isEqualTo(made.at(now.get().toEpochMilli()));
    }

    @Test
    void anotherAccountsAgentIsNotThere() {
        String id = agents.create(alice, named("a")).id();
        assertNotFound(() -> agents.require(bob.accountId(), id));
        assertNotFound(() -> agents.update(bob, id, named("b"), ""));
        assertNotFound(() -> agents.delete(bob, id));
        assertThat(agents.list(bob.accountId(), null, null, 10)).isEmpty();
        assertThat(agents.require(alice.accountId(), id).persona().agentName()).isEqualTo("a");
    }

    @Test
    void aListGoesDownByIdAndFindsNamesByPrefixWithoutCase() {
        var ids = new ArrayList<String>();
        for (String name :
                List.of(
                        "Küche",
                        "küche 2",
                        "ＫÜCHE",
                        "küche😀",
                        "kuche",
                        "KÜCHE\uDBFF\uDFFD",
                        "x")) {
            ids.addFirst(agents.create(alice, named(name)).id());
        }
        assertThat(agents.list(alice.accountId(), null, null, 3))
                .extracting(Agent::id)
                .containsExactlyElementsOf(ids.subList(0, 3));
        assertThat(agents.list(alice.accountId(), null, ids.get(2), 9))
                .extracting(Agent::id)
                .containsExactlyElementsOf(ids.subList(3, 7));
        assertThat(agents.list(alice.accountId(), "kÜcHe", null, 9)).hasSize(5);
        assertThat(agents.list(alice.accountId(), "küche%", null, 9)).isEmpty();
    }

    @Test
    void aDeletedAgentIsGoneAtOnceAndItsThingsSoon() throws Exception {
        String id = agents.create(alice, named("a")).id();
        var cleared = new java.util.concurrent.LinkedBlockingQueue<String>();
        agents.whenDeleted(cleared::add);
        agents.delete(alice, id);
        assertNotFound(() -> agents.require(alice.accountId(), id));
        assertNotFound(() -> agents.delete(alice, id));
        assertThat(agents.list(alice.accountId(), null, null, 10)).isEmpty();
        assertThat(agents.list(alice.accountId(), "a", null, 10)).isEmpty();
        assertThat(cleared.poll(30, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(id);
        agents.purge(Duration.ofHours(1));
        assertThat(cleared).isEmpty();
        now.set(now.get().plus(Duration.ofHours(2)));
        agents.purge(Duration.ofHours(1));
        assertThat(cleared).containsExactly(id);
        agents.purge(Duration.ofHours(1));
        assertThat(cleared).containsExactly(id);
    }

    @Test
    void failedCleanupsAreRetried() {
        String id = agents.create(alice, named("a")).id();
        agents.delete(alice, id);
        now.set(now.get().plus(Duration.ofHours(2)));
        var tries = new AtomicInteger();
        agents.whenDeleted(agentId -> {
            if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("not now");
            }
        });
        agents.purge(Duration.ofHours(1));
        agents.purge(Duration.ofHours(1));
        agents.purge(Duration.ofHours(1));
        assertThat(tries).hasValue(2);
    }

    @Test
    void parallelChangesOfDifferentFieldsAllStay() {
        String id = agents.create(alice, named("")).id();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                threads.execute(() ->
                        agents.update(
                                alice,
                                id,
                                agent -> named(agent.persona().agentName() + "x").apply(agent),
                                ""));
            }
        }
        assertThat(agents.require(alice.accountId(), id).persona().agentName()).hasSize(64);
    }

    @Test
    void parallelCreatesStopAtTheLimit() {
        for (int i = 0; i < PER_ACCOUNT - 10; i++) {
            agents.create(bob, named("n"));
        }
        var made = new AtomicInteger();
        var refused = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                threads.execute(() -> {
                    try {
                        agents.create(bob, named("n"));
                        made.incrementAndGet();
                    } catch (Problem e) {
                        assertThat(e.code()).isEqualTo(409);
                        refused.incrementAndGet();
                    }
                });
            }
        }
        assertThat(made).hasValue(10);
        assertThat(refused).hasValue(54);
        agents.create(alice, named("n"));
        agents.create(alice, named("n"));
    }

    private static UnaryOperator<Agent> named(String name) {
        return a ->
                new Agent(
                        a.id(),
                        a.accountId(),
                        new Agent.Persona(name, "小智", "", "", "", "", ""),
                        a.models(),
                        new Agent.Options("", 0, 0, "[]", "{}", "[]"),
                        a.backend(),
                        a.createdAt(),
                        a.updatedAt());
    }

    private static void assertNotFound(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(404));
    }
}
