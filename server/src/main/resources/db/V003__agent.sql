-- Agents: who a device talks to.
CREATE TABLE agent (
    id                ${text} NOT NULL PRIMARY KEY,
    account_id        ${text} NOT NULL,
    agent_name        ${text} NOT NULL,
    -- The name without case and width, searched as a prefix range.
    name_key          ${text} NOT NULL,
    assistant_name    ${text} NOT NULL,
    agent_code        ${text} NOT NULL,
    language          ${text} NOT NULL,
    lang_code         ${text} NOT NULL,
    system_prompt     ${text} NOT NULL,
    summary_memory    ${text} NOT NULL,
    asr_model_id      ${text} NOT NULL,
    vad_model_id      ${text} NOT NULL,
    llm_model_id      ${text} NOT NULL,
    vllm_model_id     ${text} NOT NULL,
    tts_model_id      ${text} NOT NULL,
    mem_model_id      ${text} NOT NULL,
    intent_model_id   ${text} NOT NULL,
    tts_voice_id      ${text} NOT NULL,
    chat_history_conf BIGINT  NOT NULL,
    sort              BIGINT  NOT NULL,
    -- JSON: a list of {pluginId, paramInfo}, an object, a list of texts.
    functions         ${text} NOT NULL,
    extra             ${text} NOT NULL,
    dataset_ids       ${text} NOT NULL,
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL,
    -- Gone for everybody; the row stays until what belonged to it has been cleared away.
    deleted_at        BIGINT
);
CREATE INDEX agent_account ON agent (account_id, id) WHERE deleted_at IS NULL;
CREATE INDEX agent_name ON agent (account_id, name_key) WHERE deleted_at IS NULL;
CREATE INDEX agent_deleted ON agent (deleted_at) WHERE deleted_at IS NOT NULL;
