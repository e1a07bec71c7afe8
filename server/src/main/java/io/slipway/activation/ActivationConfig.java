package io.slipway.activation;

import io.slipway.settings.Settings;

/**
 * @param maxCodes live codes in all
 * @param codesPerAddress live codes that one client address (an IPv6 /64) may hold
 * @param preregisterAll whether every account may import MAC addresses, not only trusted ones
 *     (decisions D3)
 */
public record ActivationConfig(int maxCodes, int codesPerAddress, boolean preregisterAll) {

    /**
     * Reads them; what does not hold is said to {@code s}.
     *
     * @param openRegistration whether anybody may register
     */
    public static ActivationConfig read(Settings s, boolean openRegistration) {
        String who =
                s.text(
                        "preregister.mac",
                        "",
                        v -> v.isEmpty() || v.equals("all") || v.equals("trusted"),
                        "all or trusted",
                        "谁可以按 MAC 批量导入：all 或 trusted；默认开放注册时为 trusted，否则 all",
                        "who may import MAC addresses: all or trusted; by default trusted while registration is open, else all");
        boolean all = who.isEmpty() ? !openRegistration : who.equals("all");
        return new ActivationConfig(
                s.number(
                        "activation.max-codes",
                        500_000,
                        100,
                        5_000_000,
                        "同时有效的激活码上限",
                        "live activation codes in all"),
                s.number(
                        "activation.codes-per-address",
                        100,
                        1,
                        5_000_000,
                        "每个客户端地址的激活码上限",
                        "live codes of one client address"),
                all);
    }
}
