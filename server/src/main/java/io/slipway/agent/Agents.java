package io.slipway.agent;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.cluster.Bus;
import io.slipway.cluster.Topic;
import io.slipway.http.Problem;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.work.Listeners;
import java.text.Normalizer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An account's agents. Other accounts' agents are treated as nonexistent. Thread-safe; calls block.
 */
public final class Agents {

    private static final Logger LOG = LoggerFactory.getLogger(Agents.class);
    private static final int PURGE_PAGE = 100;
    private static final Topic<String> CHANGED = Topic.text("agent-changed");

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final Accounts accounts;
    private final Audit audit;
    private final Bus bus;
    private final AgentStore store;
    private final Supplier<AgentConfig> config;
    private final Listeners<Consumer<String>> deleted = new Listeners<>("an agent was deleted");
    private final Listeners<Runnable> full = new Listeners<>("an account had too many agents");
    private final Listeners<Consumer<String>> changed = new Listeners<>("an agent has changed");

    /**
     * @param master encrypts the backends' tokens
     */
    public Agents(
            Supplier<AgentConfig> config,
            Database database,
            Bus bus,
            Ids ids,
            InstantSource clock,
            Accounts accounts,
            Audit audit,
            MasterKey master) {
        this.config = config;
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.accounts = accounts;
        this.audit = audit;
        this.bus = bus;
        this.store = new AgentStore(master);
        bus.onOthers(CHANGED, this::notifyChanged);
    }

    /** The agent, unless it does not exist, is deleted or is another account's. */
    public Optional<Agent> find(Tx tx, String accountId, String agentId) {
        return store.find(tx, accountId, agentId);
    }

    /**
     * Like {@link #find(Tx, String, String)}.
     *
     * @throws Problem 404
     */
    public Agent require(Tx tx, String accountId, String agentId) {
        return find(tx, accountId, agentId).orElseThrow(Agents::notFound);
    }

    /** Like {@link #find(Tx, String, String)}, in its own transaction. */
    public Optional<Agent> find(String accountId, String agentId) {
        return database.read(Plane.CONSOLE, tx -> find(tx, accountId, agentId));
    }

    /** Like {@link #require(Tx, String, String)}, in its own transaction. */
    public Agent require(String accountId, String agentId) {
        return database.read(Plane.CONSOLE, tx -> require(tx, accountId, agentId));
    }

    /**
     * Newest first.
     *
     * @param prefix of the name, ignoring case; null for all
     * @param after the id of the last one of the previous page; null for the first page
     */
    public List<Agent> list(
            String accountId, @Nullable String prefix, @Nullable String after, int limit) {
        String before = after == null ? AgentStore.TOP : after;
        if (prefix == null) {
            return database.read(Plane.CONSOLE, tx -> store.list(tx, accountId, before, limit));
        }
        String from = key(prefix);
        // U+10FFFF sorts after every other character in UTF-8.
        String to = from + "\uDBFF\uDFFF";
        return database.read(
                Plane.CONSOLE, tx -> store.named(tx, accountId, from, to, before, limit));
    }

    /** How many agents an account has. */
    long count(Tx tx, String accountId) {
        return store.count(tx, accountId);
    }

    /**
     * Creates the agent that {@code set} returns for an empty one.
     *
     * @throws Problem 409 if the account has as many as the settings permit
     */
    public Agent create(Caller caller, UnaryOperator<Agent> set) {
        String account = caller.accountId();
        Agent agent = set.apply(empty(ids.hex(), account, clock.millis()));
        database.run(
                Plane.CONSOLE,
                tx -> {
                    accounts.lock(tx, account);
                    int perAccount = config.get().perAccount();
                    if (!caller.admin() && store.count(tx, account) >= perAccount) {
                        full.tell(Runnable::run);
                        throw new Problem(
                                409,
                                "每个账号最多 " + perAccount + " 个智能体，请先删除不用的",
                                "At most "
                                        + perAccount
                                        + " agents per account: delete unused ones first");
                    }
                    store.insert(tx, agent, key(agent.persona().agentName()));
                    audit.record(
                            tx, caller, "agent.create", agent.id(), agent.persona().agentName());
                });
        return agent;
    }

    /**
     * Stores an agent that was made elsewhere, for the operator at the command line, who may exceed
     * the number per account.
     *
     * @return false if there is one with its id, or was until a few minutes ago
     */
    public boolean bring(Caller caller, Agent agent) {
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    if (!store.insert(tx, agent, key(agent.persona().agentName()))) {
                        return false;
                    }
                    audit.record(
                            tx, caller, "agent.create", agent.id(), agent.persona().agentName());
                    return true;
                });
    }

    /**
     * Changes an agent; no other change can come in between.
     *
     * @param set receives the current agent and must not block: it runs inside the transaction
     * @param detail what changed, for the audit
     * @throws Problem 404
     */
    public void update(Caller caller, String agentId, UnaryOperator<Agent> set, String detail) {
        long now = clock.millis();
        database.run(
                Plane.CONSOLE,
                tx -> {
                    Agent before =
                            store.lock(tx, caller.accountId(), agentId)
                                    .orElseThrow(Agents::notFound);
                    Agent after = set.apply(before).at(now);
                    store.update(tx, after, key(after.persona().agentName()));
                    audit.record(tx, caller, "agent.update", agentId, detail);
                    bus.send(tx, CHANGED, agentId);
                    tx.afterCommit(() -> notifyChanged(agentId));
                });
    }

    /**
     * Registers a listener for the ids of agents that were changed on any node, called once the
     * change is durable. At most once: a change on another node may be missed. Runs on the
     * database's thread: keep it short.
     */
    public void whenChanged(Consumer<String> listener) {
        changed.add(listener);
    }

    private void notifyChanged(String agentId) {
        changed.tell(listener -> listener.accept(agentId));
    }

    /**
     * Deletes an agent, effective at once; its data is cleaned up afterwards by the {@link
     * #whenDeleted} listeners and by {@link #purge}.
     *
     * @throws Problem 404
     */
    public void delete(Caller caller, String agentId) {
        long now = clock.millis();
        database.run(
                Plane.CONSOLE,
                tx -> {
                    Agent agent = require(tx, caller.accountId(), agentId);
                    if (!store.markDeleted(tx, caller.accountId(), agentId, now)) {
                        throw notFound();
                    }
                    audit.record(tx, caller, "agent.delete", agentId, agent.persona().agentName());
                });
        deleted.tell(listener -> Thread.startVirtualThread(() -> clear(listener, agentId)));
    }

    /** Registers what to do whenever an account is refused an agent because it has too many. */
    void whenFull(Runnable listener) {
        full.add(listener);
    }

    /**
     * Registers work to do after a deletion: it gets the agent's id on its own thread, once the
     * deletion is durable. It may be called again for the same agent, and may fail: {@link #purge}
     * retries it.
     */
    public void whenDeleted(Consumer<String> listener) {
        deleted.add(listener);
    }

    /**
     * Housekeeping: for agents that were deleted at least {@code age} ago, runs all listeners once
     * more, which covers devices that were bound at the moment of the deletion, and then deletes
     * the record of the deletion. If a listener fails, it is retried next time.
     */
    public void purge(Duration age) {
        long before = clock.millis() - age.toMillis();
        List<String> agentIds =
                database.read(Plane.BACKGROUND, tx -> store.deletedBefore(tx, before, PURGE_PAGE));
        for (String agentId : agentIds) {
            if (deleted.tell(listener -> listener.accept(agentId))) {
                database.run(Plane.BACKGROUND, tx -> store.purge(tx, agentId));
            }
        }
    }

    private static void clear(Consumer<String> listener, String agentId) {
        try {
            listener.accept(agentId);
        } catch (RuntimeException e) {
            LOG.warn("the data of agent {} could not be cleaned up completely yet", agentId, e);
        }
    }

    private static Problem notFound() {
        return Problem.notFound("智能体不存在", "No such agent");
    }

    private static String key(String name) {
        String plain = Normalizer.normalize(name.strip(), Normalizer.Form.NFKC);
        return plain.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    /** An empty agent without an owner, for trying changes on; it is not stored. */
    public static Agent blank(String accountId) {
        return empty("", accountId, 0);
    }

    private static Agent empty(String id, String account, long now) {
        var models = new Agent.Models("", "", "", "", "", "", "");
        return new Agent(
                id,
                account,
                new Agent.Persona("", "", "", "", "", "", ""),
                models,
                new Agent.Options("", 0, 0, "[]", "{}", "[]"),
                new Backend.Echo(),
                now,
                now);
    }
}
