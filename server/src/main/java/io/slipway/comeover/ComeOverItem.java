package io.slipway.comeover;

import io.slipway.text.Sentence;
import org.jspecify.annotations.Nullable;

/**
 * What happened, or would happen, to a row.
 *
 * @param account the user name here; {@code ""} if the row belongs to none
 * @param id what identifies it there: a user's name, a device's MAC, else its id
 * @param name a user's or an agent's name, a device's alias; {@code ""} for a line
 * @param agent the name of a device's agent; {@code ""} otherwise
 * @param board of a device, as that server knows it; {@code ""} otherwise
 * @param reason why it was refused, or what was changed on the way; null if there is nothing to say
 */
public record ComeOverItem(
        ItemKind kind,
        String account,
        String id,
        String name,
        String agent,
        String board,
        ItemOutcome outcome,
        @Nullable Sentence reason) {

    /** What the row is. */
    public enum ItemKind {
        USER("用户", "user"),
        AGENT("智能体", "agent"),
        DEVICE("设备", "device"),
        LINE("聊天记录", "chat line");

        private final String zh;
        private final String en;

        ItemKind(String zh, String en) {
            this.zh = zh;
            this.en = en;
        }

        /** For people. */
        public Sentence word() {
            return new Sentence(zh, en);
        }
    }

    /** What becomes of it. */
    public enum ItemOutcome {
        ADDED,
        THERE,
        REFUSED
    }
}
