package io.slipway.account.credentials;

/**
 * The cost of one Argon2id hash of a password. Not a setting: a lower cost would make a stolen
 * database easier to read.
 *
 * @param memoryKib KiB, at least 8
 * @param passes over that memory, at least 1
 */
public record PasswordCost(int memoryKib, int passes) {

    /** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. */
    public static final PasswordCost USUAL = new PasswordCost(19 * 1024, 2);

    public PasswordCost {
        if (memoryKib < 8 || passes < 1) {
            throw new IllegalArgumentException(
                    "a password hash needs at least 8 KiB and one pass, not "
                            + memoryKib
                            + " and "
                            + passes);
        }
    }
}
