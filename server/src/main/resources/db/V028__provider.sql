-- Sign-in by an OpenID Connect provider. id is the SHA-256 of a token in the browser's cookie; a row
-- is used once, and expires after minutes.
CREATE TABLE provider_attempt (
    id         ${text} NOT NULL PRIMARY KEY,
    state      ${text} NOT NULL,
    nonce      ${text} NOT NULL,
    -- Of PKCE.
    verifier   ${text} NOT NULL,
    -- Whose account is to be linked; empty for a sign-in.
    account_id ${text} NOT NULL,
    -- The page to open afterwards.
    next       ${text} NOT NULL,
    expires_at BIGINT  NOT NULL
);
CREATE INDEX provider_attempt_expiry ON provider_attempt (expires_at);

-- Who a person is to the provider, and here.
CREATE TABLE provider_identity (
    issuer     ${text} NOT NULL,
    subject    ${text} NOT NULL,
    account_id ${text} NOT NULL REFERENCES account (id),
    PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX provider_identity_account ON provider_identity (account_id, issuer);
