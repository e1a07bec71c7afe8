package io.slipway.history;

import io.slipway.settings.Settings;
import java.time.Duration;

/**
 * @param kept how long chat history is stored
 * @param bytesPerAccount of text, above which an account's oldest conversations are deleted, except
 *     administrators'
 */
public record HistoryConfig(Duration kept, long bytesPerAccount) {

    private static final long MEGABYTE = 1_000_000;

    /** Reads them; errors are reported to {@code s}. */
    public static HistoryConfig read(Settings s) {
        var config =
                new HistoryConfig(
                        s.duration(
                                "history.kept",
                                "60 d",
                                "聊天记录的保留时间",
                                "how long chat history is stored"),
                        MEGABYTE
                                * s.number(
                                        "history.megabytes-per-account",
                                        1_000,
                                        1,
                                        1_000_000,
                                        "每个普通账号的聊天记录上限（MB）；超出后先删除最早的对话",
                                        "megabytes of chat history per account, except administrators;"
                                                + " beyond that, the oldest conversations are deleted"));
        s.whileRunning("history.kept", "history.megabytes-per-account");
        return config;
    }
}
