package io.slipway.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Fields;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The fields of console-api rows 7 and 8 as a change to an agent: absent or null fields are left
 * unchanged. Everything that does not depend on the agent is validated in the constructor.
 */
final class AgentFields implements UnaryOperator<Agent> {

    private static final int NAME = 64;
    private static final int ID = 128;
    private static final int PROMPT = 20_000;
    private static final int MAX_FUNCTIONS = 64;
    private static final int MAX_DATASETS = 100;
    private static final int MAX_JSON = 16 * 1024;
    private static final long MAX_SORT = 1_000_000;

    private final List<String> names = new ArrayList<>();
    private final Fields fields;
    private final @Nullable String agentName;
    private final @Nullable String assistantName;
    private final @Nullable String agentCode;
    private final @Nullable String language;
    private final @Nullable String langCode;
    private final @Nullable String systemPrompt;
    private final @Nullable String summaryMemory;
    private final @Nullable String asr;
    private final @Nullable String vad;
    private final @Nullable String llm;
    private final @Nullable String vllm;
    private final @Nullable String tts;
    private final @Nullable String mem;
    private final @Nullable String intent;
    private final @Nullable String ttsVoiceId;
    private final @Nullable Long chatHistoryConf;
    private final @Nullable Long sort;
    private final @Nullable String functions;
    private final @Nullable JsonNode extra;
    private final @Nullable String datasetIds;
    private final @Nullable BackendFields backend;

    private AgentFields(Fields fields, BackendAddresses addresses) {
        this.fields = fields;
        agentName = name("agentName");
        assistantName = name("assistantName");
        agentCode = text("agentCode", NAME);
        language = text("language", NAME);
        langCode = text("langCode", 32);
        systemPrompt = text("systemPrompt", PROMPT);
        summaryMemory = text("summaryMemory", PROMPT);
        asr = text("asrModelId", ID);
        vad = text("vadModelId", ID);
        llm = text("llmModelId", ID);
        vllm = text("vllmModelId", ID);
        tts = text("ttsModelId", ID);
        mem = text("memModelId", ID);
        intent = text("intentModelId", ID);
        ttsVoiceId = text("ttsVoiceId", ID);
        chatHistoryConf = chatHistoryConf();
        sort = number("sort", -MAX_SORT, MAX_SORT);
        functions = functions();
        extra = extra();
        datasetIds = datasetIds();
        backend = given("backend") ? BackendFields.of(fields, addresses) : null;
    }

    /** console-api row 7: both names are required. */
    static AgentFields created(Fields fields, BackendAddresses addresses) {
        fields.required("agentName", NAME);
        fields.required("assistantName", NAME);
        return changed(fields, addresses);
    }

    /** console-api row 8. */
    static AgentFields changed(Fields fields, BackendAddresses addresses) {
        var change = new AgentFields(fields, addresses);
        // Only the merge depends on the agent: an invalid section is found with any agent.
        JsonNode sections = change.extra;
        if (sections != null) {
            AgentExtra.merged("{}", sections);
        }
        return change;
    }

    /** The names of the given fields, for the audit. */
    String given() {
        return String.join(", ", names);
    }

    @Override
    public Agent apply(Agent agent) {
        Agent.Persona persona = agent.persona();
        Agent.Models models = agent.models();
        Agent.Options options = agent.options();
        return new Agent(
                agent.id(),
                agent.accountId(),
                new Agent.Persona(
                        or(agentName, persona.agentName()),
                        or(assistantName, persona.assistantName()),
                        or(agentCode, persona.agentCode()),
                        or(language, persona.language()),
                        or(langCode, persona.langCode()),
                        or(systemPrompt, persona.systemPrompt()),
                        or(summaryMemory, persona.summaryMemory())),
                new Agent.Models(
                        or(asr, models.asr()),
                        or(vad, models.vad()),
                        or(llm, models.llm()),
                        or(vllm, models.vllm()),
                        or(tts, models.tts()),
                        or(mem, models.mem()),
                        or(intent, models.intent())),
                new Agent.Options(
                        or(ttsVoiceId, options.ttsVoiceId()),
                        chatHistoryConf == null
                                ? options.chatHistoryConf()
                                : chatHistoryConf.intValue(),
                        sort == null ? options.sort() : sort,
                        or(functions, options.functions()),
                        extra == null ? options.extra() : AgentExtra.merged(options.extra(), extra),
                        or(datasetIds, options.datasetIds())),
                backend == null ? agent.backend() : backend.apply(agent.backend()),
                agent.createdAt(),
                agent.updatedAt());
    }

    private static String or(@Nullable String given, String before) {
        return given == null ? before : given;
    }

    private boolean given(String name) {
        if (fields.has(name)) {
            names.add(name);
            return true;
        }
        return false;
    }

    private @Nullable String name(String name) {
        return given(name) ? fields.required(name, NAME) : null;
    }

    private @Nullable String text(String name, int max) {
        return given(name) ? fields.optional(name, max) : null;
    }

    private @Nullable Long number(String name, long min, long max) {
        return given(name) ? fields.number(name, min, max) : null;
    }

    // console-api row 8 knows 2, for text and audio.
    private @Nullable Long chatHistoryConf() {
        Long conf = number("chatHistoryConf", 0, 2);
        if (conf != null && conf == 2) {
            throw Problem.field(
                    "chatHistoryConf",
                    "还不能保存音频：0 为不保存，1 为只保存文字",
                    "audio can't be stored yet: 0 stores nothing, 1 stores the text");
        }
        return conf;
    }

    private @Nullable String functions() {
        if (!given("functions")) {
            return null;
        }
        for (Fields function : fields.objects("functions", MAX_FUNCTIONS)) {
            function.required("pluginId", ID);
        }
        return fields.raw("functions", MAX_JSON);
    }

    private @Nullable String datasetIds() {
        if (!given("datasetIds")) {
            return null;
        }
        List<String> ids = fields.texts("datasetIds", MAX_DATASETS, ID);
        return Json.text(ids);
    }

    private @Nullable JsonNode extra() {
        if (!given("extra")) {
            return null;
        }
        String raw = fields.raw("extra", MAX_JSON);
        if (raw == null) {
            throw Problem.field("extra", "应为 JSON 对象", "must be a JSON object");
        }
        return Json.read(raw);
    }
}
