package io.slipway.device;

/**
 * How a device may connect other than with its token.
 *
 * @param withoutToken whether a token of another server is accepted, for firmware with a fixed one;
 *     its Client-Id is still required
 * @param program whether it is a program whose identity the console created: it never checks in
 */
public record EntryRules(boolean withoutToken, boolean program) {}
