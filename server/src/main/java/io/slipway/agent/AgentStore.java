package io.slipway.agent;

import io.slipway.keys.MasterKey;
import io.slipway.sql.Tx;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

final class AgentStore {

    /** Greater than any id: the start of a descending list. */
    static final String TOP = "g";

    private static final String ECHO = "echo";
    private static final String RELAY = "relay";
    private static final String PURPOSE = "backend:";

    private final MasterKey master;

    /**
     * @param master encrypts the backends' tokens
     */
    AgentStore(MasterKey master) {
        this.master = master;
    }

    /** The look-up that every session makes when it starts. */
    Optional<Agent> find(Tx tx, String accountId, String id) {
        return tx.query(
                        """
                        SELECT * FROM agent
                        WHERE id = :id AND account_id = :accountId AND deleted_at IS NULL
                        """)
                .bind("id", id)
                .bind("accountId", accountId)
                .map((row, context) -> agent(row))
                .findFirst();
    }

    /** Like {@link #find}; other changes of the agent wait until this transaction ends. */
    Optional<Agent> lock(Tx tx, String accountId, String id) {
        return tx.query(
                        """
                        UPDATE agent SET updated_at = updated_at
                        WHERE id = :id AND account_id = :account AND deleted_at IS NULL RETURNING *
                        """)
                .bind("id", id)
                .bind("account", accountId)
                .map((row, context) -> agent(row))
                .findOne();
    }

    /** Newest first, those below {@code before}. */
    List<Agent> list(Tx tx, String accountId, String before, int limit) {
        return tx.query(
                        """
                        SELECT * FROM agent
                        WHERE account_id = :account AND id < :before AND deleted_at IS NULL
                        ORDER BY id DESC LIMIT :limit
                        """)
                .bind("account", accountId)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> agent(row))
                .list();
    }

    /** Like {@link #list}, for name keys in the range [from, to). */
    List<Agent> named(Tx tx, String accountId, String from, String to, String before, int limit) {
        return tx.query(
                        """
                        SELECT * FROM agent
                        WHERE account_id = :account AND id < :before AND deleted_at IS NULL
                          AND name_key >= :from AND name_key < :to
                        ORDER BY id DESC LIMIT :limit
                        """)
                .bind("account", accountId)
                .bind("from", from)
                .bind("to", to)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> agent(row))
                .list();
    }

    long count(Tx tx, String accountId) {
        return tx.query(
                        """
                        SELECT count(*) FROM agent
                        WHERE account_id = :account AND deleted_at IS NULL
                        """)
                .bind("account", accountId)
                .mapTo(Long.class)
                .one();
    }

    /** False if there is one with its id. */
    boolean insert(Tx tx, Agent agent, String nameKey) {
        return tx.update(
                                """
                                INSERT INTO agent (id, account_id, agent_name, name_key, assistant_name,
                                  agent_code, language, lang_code, system_prompt, summary_memory,
                                  asr_model_id, vad_model_id, llm_model_id, vllm_model_id, tts_model_id,
                                  mem_model_id, intent_model_id, tts_voice_id, chat_history_conf, sort,
                                  functions, extra, dataset_ids, backend, backend_url,
                                  backend_token, backend_version, backend_reboot, created_at, updated_at)
                                VALUES (:id, :accountId, :agentName, :nameKey, :assistantName,
                                  :agentCode, :language, :langCode, :systemPrompt, :summaryMemory,
                                  :asr, :vad, :llm, :vllm, :tts,
                                  :mem, :intent, :ttsVoiceId, :chatHistoryConf, :sort,
                                  :functions, :extra, :datasetIds, :backendType, :backendUrl,
                                  :backendToken, :backendVersion, :backendReboot, :createdAt, :updatedAt)
                                ON CONFLICT (id) DO NOTHING
                                """)
                        .bindMethods(agent)
                        .bindMethods(agent.persona())
                        .bindMethods(agent.models())
                        .bindMethods(agent.options())
                        .bindMethods(columns(agent))
                        .bind("nameKey", nameKey)
                        .execute()
                == 1;
    }

    void update(Tx tx, Agent agent, String nameKey) {
        tx.update(
                        """
                        UPDATE agent SET agent_name = :agentName, name_key = :nameKey,
                          assistant_name = :assistantName, agent_code = :agentCode,
                          language = :language, lang_code = :langCode,
                          system_prompt = :systemPrompt, summary_memory = :summaryMemory,
                          asr_model_id = :asr, vad_model_id = :vad, llm_model_id = :llm,
                          vllm_model_id = :vllm, tts_model_id = :tts, mem_model_id = :mem,
                          intent_model_id = :intent, tts_voice_id = :ttsVoiceId,
                          chat_history_conf = :chatHistoryConf, sort = :sort,
                          functions = :functions, extra = :extra, dataset_ids = :datasetIds,
                          backend = :backendType, backend_url = :backendUrl,
                          backend_token = :backendToken, backend_version = :backendVersion,
                          backend_reboot = :backendReboot,
                          updated_at = :updatedAt
                        WHERE id = :id
                        """)
                .bindMethods(agent)
                .bindMethods(agent.persona())
                .bindMethods(agent.models())
                .bindMethods(agent.options())
                .bindMethods(columns(agent))
                .bind("nameKey", nameKey)
                .execute();
    }

    boolean markDeleted(Tx tx, String accountId, String id, long now) {
        return tx.update(
                                """
                                UPDATE agent SET deleted_at = :now, system_prompt = '',
                                  summary_memory = '', functions = '[]', extra = '{}',
                                  backend_url = '', backend_token = '', backend = 'echo'
                                WHERE id = :id AND account_id = :account AND deleted_at IS NULL
                                """)
                        .bind("id", id)
                        .bind("account", accountId)
                        .bind("now", now)
                        .execute()
                == 1;
    }

    List<String> deletedBefore(Tx tx, long at, int limit) {
        return tx.query(
                        """
                        SELECT id FROM agent WHERE deleted_at < :at ORDER BY deleted_at LIMIT :limit
                        """)
                .bind("at", at)
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    void purge(Tx tx, String id) {
        tx.update("DELETE FROM agent WHERE id = :id AND deleted_at IS NOT NULL")
                .bind("id", id)
                .execute();
    }

    private Agent agent(ResultSet row) throws SQLException {
        return new Agent(
                row.getString("id"),
                row.getString("account_id"),
                new Agent.Persona(
                        row.getString("agent_name"),
                        row.getString("assistant_name"),
                        row.getString("agent_code"),
                        row.getString("language"),
                        row.getString("lang_code"),
                        row.getString("system_prompt"),
                        row.getString("summary_memory")),
                new Agent.Models(
                        row.getString("asr_model_id"),
                        row.getString("vad_model_id"),
                        row.getString("llm_model_id"),
                        row.getString("vllm_model_id"),
                        row.getString("tts_model_id"),
                        row.getString("mem_model_id"),
                        row.getString("intent_model_id")),
                new Agent.Options(
                        row.getString("tts_voice_id"),
                        row.getInt("chat_history_conf"),
                        row.getLong("sort"),
                        row.getString("functions"),
                        row.getString("extra"),
                        row.getString("dataset_ids")),
                backend(row),
                row.getLong("created_at"),
                row.getLong("updated_at"));
    }

    /** The columns of a backend. */
    public record BackendColumns(
            String backendType,
            String backendUrl,
            String backendToken,
            long backendVersion,
            long backendReboot) {

        // The database's errors include bound values, and a URL may contain a secret.
        @Override
        public String toString() {
            return backendType;
        }
    }

    private BackendColumns columns(Agent agent) {
        return switch (agent.backend()) {
            case Backend.Echo echo -> new BackendColumns(ECHO, "", "", 0, 0);
            case Backend.Relay(String url, String token, int version, boolean reboots) ->
                    new BackendColumns(
                            RELAY, url, sealed(agent.id(), token), version, reboots ? 1 : 0);
        };
    }

    private Backend backend(ResultSet row) throws SQLException {
        if (!row.getString("backend").equals(RELAY)) {
            return new Backend.Echo();
        }
        String token = opened(row.getString("id"), row.getString("backend_token"));
        return new Backend.Relay(
                row.getString("backend_url"),
                token,
                row.getInt("backend_version"),
                row.getInt("backend_reboot") == 1);
    }

    // Bound to this agent: a token copied to another agent's row, and so to another host, is
    // useless.
    private String sealed(String agentId, String token) {
        return token.isEmpty()
                ? ""
                : master.seal(PURPOSE + agentId, token.getBytes(StandardCharsets.US_ASCII));
    }

    private String opened(String agentId, String sealed) {
        return sealed.isEmpty()
                ? ""
                : new String(master.open(PURPOSE + agentId, sealed), StandardCharsets.US_ASCII);
    }
}
