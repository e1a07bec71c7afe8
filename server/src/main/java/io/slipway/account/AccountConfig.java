package io.slipway.account;

import io.slipway.account.credentials.PasswordCost;
import io.slipway.account.credentials.SetupCode;
import io.slipway.account.provider.ProviderConfig;
import io.slipway.settings.Settings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * @param captcha whether registration and login need one
 * @param openRegistration whether anyone may register; the first account always may
 * @param setupCode which the first registration needs; null to make one up at each start
 * @param provider that people may sign in by; null for none
 * @param registrationsPerHour attempts per address, successful or not; at least 1
 * @param registrationsInAll attempts per hour from all addresses; at least 1
 * @param auditKept how long audit entries are stored
 * @param passwordCost of new hashes
 */
public record AccountConfig(
        boolean captcha,
        boolean openRegistration,
        @Nullable SetupCode setupCode,
        @Nullable ProviderConfig provider,
        int registrationsPerHour,
        int registrationsInAll,
        Duration auditKept,
        PasswordCost passwordCost) {

    private static final int REGISTRATIONS_PER_HOUR = 60;

    public AccountConfig {
        if (registrationsPerHour < 1) {
            throw new IllegalArgumentException("registrationsPerHour must be at least 1");
        }
    }

    /** Reads them; errors are reported to {@code s}. */
    public static AccountConfig read(Settings s) {
        boolean open =
                s.onOff(
                        "account.registration",
                        true,
                        "open",
                        "closed",
                        "是否开放注册",
                        "whether anyone may register");
        var config =
                new AccountConfig(
                        s.onOff(
                                "account.captcha",
                                true,
                                "on",
                                "off",
                                "注册和登录是否需要图形验证码",
                                "whether registration and login require an image captcha"),
                        open,
                        setupCode(s),
                        ProviderConfig.read(s),
                        s.number(
                                "account.registrations-per-hour",
                                REGISTRATIONS_PER_HOUR,
                                1,
                                1_000_000,
                                "每个地址每小时的注册次数",
                                "registrations per hour per address"),
                        s.number(
                                "account.registrations-in-all",
                                500,
                                1,
                                1_000_000,
                                "所有地址每小时的注册总次数",
                                "registrations per hour from all addresses"),
                        s.duration(
                                "account.audit-kept",
                                "400 d",
                                "审计日志保留时间",
                                "how long audit entries are stored"),
                        PasswordCost.USUAL);
        s.whileRunning(
                "account.registration",
                "account.captcha",
                "account.registrations-per-hour",
                "account.registrations-in-all",
                "account.audit-kept");
        return config;
    }

    private static @Nullable SetupCode setupCode(Settings s) {
        String code =
                s.text(
                        "account.setup-code",
                        "",
                        text -> text.isEmpty() || SetupCode.fits(text),
                        SetupCode.MIN + " to " + SetupCode.MAX + " characters",
                        "注册首个账号所需的安装码；留空则每次启动随机生成并打印",
                        "setup code that the first account requires; empty to make one up at each"
                                + " start and print it");
        return code.isEmpty() ? null : new SetupCode(code);
    }
}
