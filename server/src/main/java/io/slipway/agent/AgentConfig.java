package io.slipway.agent;

import io.slipway.settings.Settings;

/**
 * The agents' settings.
 *
 * @param privateBackends whether a voice backend may be in a private network
 */
public record AgentConfig(boolean privateBackends) {

    /** Reads them; errors are reported to {@code s}. */
    public static AgentConfig read(Settings s) {
        return new AgentConfig(
                s.onOff(
                        "session.private-backends",
                        false,
                        "on",
                        "off",
                        "语音后端是否可以在内网",
                        "whether voice backends may be in private networks"));
    }
}
