-- Keys that all nodes share, encrypted with the key of the settings or of data/secret.key.
CREATE TABLE secret (
    id         ${text} NOT NULL PRIMARY KEY,
    purpose    ${text} NOT NULL,
    sealed     ${text} NOT NULL,
    created_at BIGINT  NOT NULL,
    retired_at BIGINT,
    revoked_at BIGINT
);

-- At most one key of a purpose signs; retired ones only verify.
CREATE UNIQUE INDEX secret_current ON secret (purpose) WHERE retired_at IS NULL AND revoked_at IS NULL;
