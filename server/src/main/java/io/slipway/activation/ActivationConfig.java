package io.slipway.activation;

import io.slipway.settings.Settings;

/**
 * @param maxCodes live codes in total
 * @param burst new codes that one client address (an IPv6 /64) gets at once
 * @param perSecond new codes per second after that
 * @param guesses wrong codes that are allowed
 * @param devicesPerDay how many devices an account may bind by their codes within a day, except
 *     administrators
 * @param preregisterAll whether every account may import MAC addresses, not only trusted ones
 *     (decisions D3)
 */
public record ActivationConfig(
        int maxCodes,
        int burst,
        int perSecond,
        Guesses.GuessLimits guesses,
        int devicesPerDay,
        boolean preregisterAll) {

    /**
     * Reads them; errors are reported to {@code s}.
     *
     * @param openRegistration whether anyone may register
     */
    public static ActivationConfig read(Settings s, boolean openRegistration) {
        String who =
                s.text(
                        "preregister.mac",
                        "",
                        v -> v.isEmpty() || v.equals("all") || v.equals("trusted"),
                        "all or trusted",
                        "谁可以按 MAC 批量导入：all 或 trusted；默认开放注册时为 trusted，否则 all",
                        "who may import MAC addresses: all or trusted; by default trusted while"
                                + " registration is open, otherwise all");
        s.whileRunning("preregister.mac");
        boolean all = who.isEmpty() ? !openRegistration : who.equals("all");
        return new ActivationConfig(
                s.number(
                        "activation.max-codes",
                        500_000,
                        100,
                        5_000_000,
                        "同时有效的激活码上限",
                        "maximum number of live activation codes"),
                s.number(
                        "activation.codes-at-once",
                        2_000,
                        1,
                        5_000_000,
                        "一个客户端地址一次可新领的激活码",
                        "new codes that one client address may get in a burst"),
                s.number(
                        "activation.codes-per-second",
                        20,
                        1,
                        100_000,
                        "此后一个客户端地址每秒可新领的激活码",
                        "new codes per second that one client address may get after that"),
                new Guesses.GuessLimits(
                        s.number(
                                "activation.wrong-codes-per-hour",
                                5,
                                1,
                                1_000,
                                "一个账号每小时可输错的激活码",
                                "wrong codes per hour per account"),
                        s.number(
                                "activation.wrong-codes-per-day",
                                20,
                                1,
                                10_000,
                                "一个账号每天可输错的激活码",
                                "wrong codes per day per account"),
                        s.number(
                                "activation.wrong-codes-per-address",
                                10,
                                1,
                                10_000,
                                "一个客户端地址每小时可输错的激活码",
                                "wrong codes per hour per client address"),
                        s.number(
                                "activation.wrong-codes-per-site",
                                60,
                                1,
                                100_000,
                                "一个 IPv6 /48 每小时可输错的激活码",
                                "wrong codes per hour per IPv6 /48")),
                s.number(
                        "activation.devices-per-day",
                        10_000,
                        1,
                        5_000_000,
                        "每个普通账号每天可用激活码绑定的设备数",
                        "devices per day that an account may bind by code, except administrators"),
                all);
    }
}
