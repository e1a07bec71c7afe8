package io.slipway.history;

import io.slipway.settings.Settings;
import java.time.Duration;

/**
 * @param kept how long chat history is stored
 */
public record HistoryConfig(Duration kept) {

    /** Reads them; errors are reported to {@code s}. */
    public static HistoryConfig read(Settings s) {
        return new HistoryConfig(
                s.duration("history.kept", "60 d", "聊天记录的保留时间", "how long chat history is stored"));
    }
}
