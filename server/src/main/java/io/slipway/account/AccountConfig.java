package io.slipway.account;

import io.slipway.account.credentials.PasswordCost;
import io.slipway.settings.Settings;
import java.time.Duration;

/**
 * @param captcha whether registration and login need one
 * @param openRegistration whether anyone may register; the first account always may
 * @param registrationsPerHour attempts per address, successful or not; at least 1
 * @param registrationsInAll attempts per hour from all addresses; at least 1
 * @param auditKept how long audit entries are stored
 * @param passwordCost of new hashes
 */
public record AccountConfig(
        boolean captcha,
        boolean openRegistration,
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
        return new AccountConfig(
                s.onOff(
                        "account.captcha",
                        true,
                        "on",
                        "off",
                        "注册和登录是否需要图形验证码",
                        "whether registration and login require an image captcha"),
                open,
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
    }
}
