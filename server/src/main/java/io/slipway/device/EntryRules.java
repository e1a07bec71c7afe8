package io.slipway.device;

/**
 * How a device gets in beside what all do.
 *
 * @param withoutToken whether a token that is none of this server's is good enough, as firmware has
 *     it that knows no other; its Client-Id is needed all the same
 * @param program whether it is a program that the console made an identity for: it never checks in
 */
public record EntryRules(boolean withoutToken, boolean program) {}
