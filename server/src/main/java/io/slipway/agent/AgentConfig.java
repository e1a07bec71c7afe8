package io.slipway.agent;

import io.slipway.settings.Settings;

/**
 * The agents' settings.
 *
 * @param privateBackends whether a voice backend may be in a private network
 * @param perAccount maximum number of agents per account, except administrators; at least 1
 */
public record AgentConfig(boolean privateBackends, int perAccount) {

    /** Reads them; errors are reported to {@code s}. */
    public static AgentConfig read(Settings s) {
        var config =
                new AgentConfig(
                        s.onOff(
                                "session.private-backends",
                                false,
                                "on",
                                "off",
                                "语音后端是否可以在内网",
                                "whether voice backends may be in private networks"),
                        s.number(
                                "agent.most-per-account",
                                1_000,
                                1,
                                1_000_000,
                                "每个普通账号的智能体数上限",
                                "maximum number of agents per account, except administrators"));
        s.whileRunning("session.private-backends", "agent.most-per-account");
        return config;
    }
}
