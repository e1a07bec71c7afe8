package io.slipway.agent;

import io.slipway.account.Caller;
import io.slipway.account.Removal;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.Map;

/** Deletes the agents of a deleted account, with their chat history. */
final class AgentRemoval implements Removal {

    private static final int CHUNK = 100;

    private final Agents agents;

    AgentRemoval(Agents agents) {
        this.agents = agents;
    }

    @Override
    public Map<String, Long> holds(Tx tx, String accountId) {
        return Map.of("agents", agents.count(tx, accountId));
    }

    @Override
    public void remove(Caller deleted) {
        List<Agent> chunk;
        do {
            chunk = agents.list(deleted.accountId(), null, null, CHUNK);
            chunk.forEach(agent -> agents.delete(deleted, agent.id()));
        } while (!chunk.isEmpty());
    }
}
