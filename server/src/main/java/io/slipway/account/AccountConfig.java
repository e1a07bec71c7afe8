package io.slipway.account;

/**
 * @param captcha whether registration and login need one
 * @param openRegistration whether anybody may register; the first account always may
 * @param registrationsPerHour attempts an address may make, successful or not; at least 1
 */
public record AccountConfig(boolean captcha, boolean openRegistration, int registrationsPerHour) {

    public static final int REGISTRATIONS_PER_HOUR = 20;

    public AccountConfig {
        if (registrationsPerHour < 1) {
            throw new IllegalArgumentException("registrationsPerHour must be at least 1");
        }
    }
}
