package io.slipway.history;

import io.slipway.account.Access;
import io.slipway.account.Account;
import io.slipway.agent.Agents;
import io.slipway.base.Base;
import io.slipway.device.Devices;
import io.slipway.http.edge.Edge;
import io.slipway.http.governor.EdgeLimit;
import java.time.Duration;
import java.util.function.Supplier;

/** Assembles the feature. */
public final class HistoryModule {

    private HistoryModule() {}

    /** Creates the recorder, and registers all routes. */
    public static ChatLog install(
            Edge edge,
            Supplier<HistoryConfig> config,
            Base base,
            Access access,
            Devices devices,
            Agents agents) {
        var chatLog =
                new ChatLog(
                        base.database(),
                        base.bus(),
                        base.ids(),
                        base.clock(),
                        agents,
                        access.audit());
        agents.whenDeleted(chatLog::forgetAgent);
        new ChatRoutes(access.accounts(), devices, chatLog).install(edge);
        var housekeeping = base.housekeeping();
        housekeeping.every(Duration.ofSeconds(2), "chat history", chatLog::flush);
        base.forget(Duration.ofHours(1), "old history", () -> chatLog.clean(config.get().kept()));
        var accounts = access.accounts();
        housekeeping.every(
                Duration.ofMinutes(1),
                "history above its limit",
                () -> {
                    int trimmed =
                            chatLog.trim(
                                    config.get().bytesPerAccount(),
                                    (tx, account) ->
                                            accounts.find(tx, account)
                                                    .filter(Account::admin)
                                                    .isPresent());
                    for (int i = 0; i < trimmed; i++) {
                        edge.governor().count(EdgeLimit.ACCOUNT_HISTORY);
                    }
                });
        housekeeping.write(chatLog::flush);
        return chatLog;
    }
}
