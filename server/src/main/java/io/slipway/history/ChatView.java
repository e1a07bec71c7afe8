package io.slipway.history;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Shape;
import io.slipway.protocol.Mac;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chat history, in the form of console-api rows 24, 25 and 27. */
final class ChatView {

    private ChatView() {}

    /** One session. */
    record ChatSessionView(
            String sessionId,
            Instant createdAt,
            @Described("几句话 · number of messages") long chatCount) {

        static ChatSessionView of(ChatSession session) {
            return new ChatSessionView(
                    session.sessionId(),
                    Instant.ofEpochMilli(session.startedAt()),
                    session.lines());
        }
    }

    /** A page of sessions. */
    record ChatSessionsView(
            @Described("所有页合计 · total over all pages") long total, List<ChatSessionView> list) {}

    /** A session of a device, with its agent. */
    record DeviceChatView(@Inlined ChatSessionView session, String agentId) {

        static DeviceChatView of(ChatSession session) {
            return new DeviceChatView(ChatSessionView.of(session), session.agentId());
        }
    }

    /**
     * One message.
     *
     * @param clientListenMode null if it was not reported
     */
    record ChatLineView(
            Instant createdAt,
            @Described("1 用户，2 智能体，3 工具 · 1: user, 2: agent, 3: tool")
                    @Shape(minimum = 1, maximum = 3)
                    int chatType,
            String content,
            @Inlined NoAudio audio,
            Mac macAddress,
            @Inlined NoTool tool,
            @Nullable String clientListenMode) {

        static ChatLineView of(ChatSession session, ChatLine line) {
            return new ChatLineView(
                    Instant.ofEpochMilli(line.at()),
                    line.kind(),
                    line.content(),
                    new NoAudio(null, null),
                    session.mac(),
                    new NoTool(null, null),
                    line.listenMode().isEmpty() ? null : line.listenMode());
        }
    }

    /** Audio is not stored. */
    record NoAudio(
            @Shape(tree = "null") @Nullable JsonNode audioId,
            @Shape(tree = "null") @Nullable JsonNode audioUrl) {}

    /** What tools did is not stored either. */
    record NoTool(
            @Shape(tree = "null") @Nullable JsonNode toolInfo,
            @Shape(tree = "null") @Nullable JsonNode toolDuration) {}

    /** Number of deleted messages. */
    record DeletedLinesView(@JsonProperty("deleted_count") long deleted) {}
}
