package io.slipway.agent;

/**
 * Who a device talks to. Unset texts are {@code ""}.
 *
 * @param id 32 lower-case hex digits, growing with time
 * @param agentName 1 to 64 characters
 * @param assistantName what it calls itself, 1 to 64 characters
 * @param systemPrompt at most 20,000 characters
 * @param summaryMemory what it remembers, at most 20,000 characters
 * @param chatHistoryConf what is stored: 0 nothing, 1 text, 2 text and audio
 * @param sort position in the owner's list, -1,000,000 to 1,000,000
 * @param functions JSON, a list of {@code {pluginId, paramInfo}}
 * @param extra JSON, an object
 * @param datasetIds JSON, a list of texts
 * @param backend where its voice sessions go
 * @param createdAt epoch milliseconds
 * @param updatedAt epoch milliseconds
 */
public record Agent(
        String id,
        String accountId,
        String agentName,
        String assistantName,
        String agentCode,
        String language,
        String langCode,
        String systemPrompt,
        String summaryMemory,
        Models models,
        String ttsVoiceId,
        int chatHistoryConf,
        long sort,
        String functions,
        String extra,
        String datasetIds,
        Backend backend,
        long createdAt,
        long updatedAt) {

    /** The ids of its models; {@code ""} leaves the choice to the backend. */
    public record Models(
            String asr,
            String vad,
            String llm,
            String vllm,
            String tts,
            String mem,
            String intent) {}

    Agent at(long now) {
        return new Agent(
                id,
                accountId,
                agentName,
                assistantName,
                agentCode,
                language,
                langCode,
                systemPrompt,
                summaryMemory,
                models,
                ttsVoiceId,
                chatHistoryConf,
                sort,
                functions,
                extra,
                datasetIds,
                backend,
                createdAt,
                now);
    }
}
