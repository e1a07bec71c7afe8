package io.slipway.agent;

/**
 * Who a device talks to. Unset texts are {@code ""}.
 *
 * @param id 32 lower-case hex digits, growing with time
 * @param backend where its voice sessions go
 * @param createdAt epoch milliseconds
 * @param updatedAt epoch milliseconds
 */
public record Agent(
        String id,
        String accountId,
        Persona persona,
        Models models,
        Options options,
        Backend backend,
        long createdAt,
        long updatedAt) {

    /**
     * Its names and its prompt.
     *
     * @param agentName 1 to 64 characters
     * @param assistantName the name that it gives itself, 1 to 64 characters
     * @param systemPrompt at most 20,000 characters
     * @param summaryMemory what it remembers, at most 20,000 characters
     */
    public record Persona(
            String agentName,
            String assistantName,
            String agentCode,
            String language,
            String langCode,
            String systemPrompt,
            String summaryMemory) {}

    /** The ids of the models that it is made of; {@code ""} leaves the choice to the backend. */
    public record Models(
            String asr,
            String vad,
            String llm,
            String vllm,
            String tts,
            String mem,
            String intent) {}

    /**
     * Its owner's other settings.
     *
     * @param chatHistoryConf 0: nothing is stored, 1: text
     * @param sort its position in lists, as set by its owner, -1,000,000 to 1,000,000
     * @param functions JSON, a list of {@code {pluginId, paramInfo}}
     * @param extra JSON, an object
     * @param datasetIds JSON, a list of texts
     */
    public record Options(
            String ttsVoiceId,
            int chatHistoryConf,
            long sort,
            String functions,
            String extra,
            String datasetIds) {}

    Agent at(long now) {
        return new Agent(id, accountId, persona, models, options, backend, createdAt, now);
    }
}
