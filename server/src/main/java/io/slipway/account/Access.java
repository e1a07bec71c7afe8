package io.slipway.account;

/**
 * What every feature with routes needs of accounts: who the caller is and may do, and a record of
 * what they did.
 */
public record Access(Accounts accounts, Audit audit) {}
