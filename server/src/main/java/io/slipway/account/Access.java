package io.slipway.account;

/**
 * What every feature with something to call needs of people: who they are and what they may do, and
 * a record of what they did.
 */
public record Access(Accounts accounts, Audit audit) {}
