package io.slipway.account;

/**
 * One change, and who made it.
 *
 * @param at epoch milliseconds
 * @param action for example {@code agent.create}
 * @param target the id of what was changed
 */
public record AuditEntry(
        long id,
        long at,
        String accountId,
        String username,
        String action,
        String target,
        String detail,
        String address) {}
