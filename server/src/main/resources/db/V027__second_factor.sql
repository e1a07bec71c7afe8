-- 1 if a login needs a code in addition to the password.
ALTER TABLE account ADD COLUMN second_factor BIGINT NOT NULL DEFAULT 0;

-- Also while it is being set up, when account.second_factor is still 0.
CREATE TABLE second_factor (
    account_id ${text} NOT NULL PRIMARY KEY REFERENCES account (id),
    -- Encrypted by the master key.
    secret     ${text} NOT NULL,
    -- The newest step whose code was used: neither it nor an older one is accepted again.
    last_step  BIGINT  NOT NULL
);

-- Each is valid once. The hash is SHA-256 of the account and 80 random bits.
CREATE TABLE recovery_code (
    account_id ${text} NOT NULL REFERENCES account (id),
    hash       ${text} NOT NULL,
    PRIMARY KEY (account_id, hash)
);
