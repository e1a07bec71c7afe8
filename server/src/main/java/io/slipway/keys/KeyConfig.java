package io.slipway.keys;

import io.slipway.settings.Settings;

/**
 * @param masterKey 64 hex digits, or empty for the file in the data folder
 */
public record KeyConfig(String masterKey) {

    /** Reads them; errors are reported to {@code s}. */
    public static KeyConfig read(Settings s) {
        return new KeyConfig(
                s.text(
                        "secret.key",
                        "",
                        v -> v.isEmpty() || v.matches("[0-9a-fA-F]{64}"),
                        "64 hex digits",
                        "加密密钥；留空则用 data.dir 下的 secret.key，首次启动时生成；多节点须相同",
                        "encryption key; empty for the file secret.key in data.dir, which is"
                                + " created at the first start; must be the same on all nodes"));
    }

    /** Without the key, so that no secret is logged. */
    @Override
    public String toString() {
        return "KeyConfig";
    }
}
