package io.slipway.agent;

import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

final class AgentStore {

    /** Greater than any id: where a list that goes down begins. */
    static final String TOP = "g";

    Optional<Agent> find(Tx tx, String accountId, String id) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT * FROM agent
                        WHERE id = :id AND account_id = :account AND deleted_at IS NULL
                        """)
                .bind("id", id)
                .bind("account", accountId)
                .map(AgentStore::agent)
                .findOne();
    }

    /** As {@link #find}; other changes of the agent wait until this transaction ends. */
    Optional<Agent> lock(Tx tx, String accountId, String id) {
        return tx.handle()
                .createQuery(
                        """
                        UPDATE agent SET updated_at = updated_at
                        WHERE id = :id AND account_id = :account AND deleted_at IS NULL RETURNING *
                        """)
                .bind("id", id)
                .bind("account", accountId)
                .map(AgentStore::agent)
                .findOne();
    }

    /** Newest first, those below {@code before}. */
    List<Agent> list(Tx tx, String accountId, String before, int limit) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT * FROM agent
                        WHERE account_id = :account AND id < :before AND deleted_at IS NULL
                        ORDER BY id DESC LIMIT :limit
                        """)
                .bind("account", accountId)
                .bind("before", before)
                .bind("limit", limit)
                .map(AgentStore::agent)
                .list();
    }

    /** As {@link #list}, those whose name key is in the range [from, to). */
    List<Agent> named(Tx tx, String accountId, String from, String to, String before, int limit) {
        return tx.handle()
                .createQuery(
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
                .map(AgentStore::agent)
                .list();
    }

    long count(Tx tx, String accountId) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT count(*) FROM agent
                        WHERE account_id = :account AND deleted_at IS NULL
                        """)
                .bind("account", accountId)
                .mapTo(Long.class)
                .one();
    }

    void insert(Tx tx, Agent agent, String nameKey) {
        tx.handle()
                .createUpdate(
                        """
                        INSERT INTO agent (id, account_id, agent_name, name_key, assistant_name,
                          agent_code, language, lang_code, system_prompt, summary_memory,
                          asr_model_id, vad_model_id, llm_model_id, vllm_model_id, tts_model_id,
                          mem_model_id, intent_model_id, tts_voice_id, chat_history_conf, sort,
                          functions, extra, dataset_ids, created_at, updated_at)
                        VALUES (:id, :accountId, :agentName, :nameKey, :assistantName,
                          :agentCode, :language, :langCode, :systemPrompt, :summaryMemory,
                          :asr, :vad, :llm, :vllm, :tts,
                          :mem, :intent, :ttsVoiceId, :chatHistoryConf, :sort,
                          :functions, :extra, :datasetIds, :createdAt, :updatedAt)
                        """)
                .bindMethods(agent)
                .bindMethods(agent.models())
                .bind("nameKey", nameKey)
                .execute();
    }

    void update(Tx tx, Agent agent, String nameKey) {
        tx.handle()
                .createUpdate(
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
                          updated_at = :updatedAt
                        WHERE id = :id
                        """)
                .bindMethods(agent)
                .bindMethods(agent.models())
                .bind("nameKey", nameKey)
                .execute();
    }

    boolean markDeleted(Tx tx, String accountId, String id, long now) {
        return tx.handle()
                        .createUpdate(
                                """
                                UPDATE agent SET deleted_at = :now, system_prompt = '',
                                  summary_memory = '', functions = '[]', extra = '{}'
                                WHERE id = :id AND account_id = :account AND deleted_at IS NULL
                                """)
                        .bind("id", id)
                        .bind("account", accountId)
                        .bind("now", now)
                        .execute()
                == 1;
    }

    List<String> deletedBefore(Tx tx, long at, int limit) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT id FROM agent WHERE deleted_at < :at ORDER BY deleted_at LIMIT :limit
                        """)
                .bind("at", at)
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    void purge(Tx tx, String id) {
        tx.handle()
                .createUpdate("DELETE FROM agent WHERE id = :id AND deleted_at IS NOT NULL")
                .bind("id", id)
                .execute();
    }

    private static Agent agent(ResultSet row, StatementContext context) throws SQLException {
        return new Agent(
                row.getString("id"),
                row.getString("account_id"),
                row.getString("agent_name"),
                row.getString("assistant_name"),
                row.getString("agent_code"),
                row.getString("language"),
                row.getString("lang_code"),
                row.getString("system_prompt"),
                row.getString("summary_memory"),
                new Agent.Models(
                        row.getString("asr_model_id"),
                        row.getString("vad_model_id"),
                        row.getString("llm_model_id"),
                        row.getString("vllm_model_id"),
                        row.getString("tts_model_id"),
                        row.getString("mem_model_id"),
                        row.getString("intent_model_id")),
                row.getString("tts_voice_id"),
                row.getInt("chat_history_conf"),
                row.getLong("sort"),
                row.getString("functions"),
                row.getString("extra"),
                row.getString("dataset_ids"),
                row.getLong("created_at"),
                row.getLong("updated_at"));
    }
}
