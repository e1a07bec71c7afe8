package io.slipway.history;

import io.slipway.account.Caller;
import io.slipway.agent.Agents;
import io.slipway.http.Problem;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Chat history, for the owners of the agents. Thread-safe; calls block. */
final class ChatHistory {

    private final Database database;
    private final Agents agents;

    ChatHistory(Database database, Agents agents) {
        this.database = database;
        this.agents = agents;
    }

    /**
     * @param total of all pages
     */
    record SessionPage(long total, List<ChatSession> list) {}

    /** An agent's sessions, newest first, without the first {@code skip} of them. */
    SessionPage sessions(Caller caller, String agentId, long skip, int limit) {
        return database.read(
                Plane.CONSOLE,
                tx -> {
                    agents.require(tx, caller.accountId(), agentId);
                    return new SessionPage(
                            ChatStore.sessions(tx, agentId),
                            ChatStore.page(tx, agentId, skip, limit));
                });
    }

    /**
     * The caller's sessions of a device, newest first.
     *
     * @param before of {@link ChatSession#id}; null for the first page
     * @param unknown runs if there are none at all, and may throw a problem
     */
    List<ChatSession> ofDevice(
            Caller caller, Mac mac, @Nullable Long before, int limit, Consumer<Tx> unknown) {
        return database.read(
                Plane.CONSOLE,
                tx -> {
                    long from = before == null ? Long.MAX_VALUE : before;
                    var found = ChatStore.ofDevice(tx, caller.accountId(), mac, from, limit);
                    if (found.isEmpty() && before == null) {
                        unknown.accept(tx);
                    }
                    return found;
                });
    }

    /** One of an agent's sessions; 404 if it is another account's. */
    ChatSession session(Caller caller, String agentId, String sessionId) {
        String account = caller.accountId();
        return database.read(
                Plane.CONSOLE,
                tx -> {
                    agents.require(tx, account, agentId);
                    return ChatStore.find(tx, account, agentId, sessionId)
                            .orElseThrow(() -> Problem.notFound("会话不存在", "No such session"));
                });
    }

    /** A session's lines in order, after the one with id {@code after}. */
    List<ChatLine> lines(ChatSession session, long after, int limit) {
        return database.read(Plane.CONSOLE, tx -> ChatStore.lines(tx, session.id(), after, limit));
    }
}
