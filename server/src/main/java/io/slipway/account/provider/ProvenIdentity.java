package io.slipway.account.provider;

/**
 * Who somebody is, by a verified token of the provider.
 *
 * @param issuer of the provider
 * @param subject the person's constant id there; at most 255 characters
 * @param name what the person is called there; {@code ""} if it does not say
 */
public record ProvenIdentity(String issuer, String subject, String name) {}
