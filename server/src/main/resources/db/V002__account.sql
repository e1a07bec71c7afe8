-- People and their programs: accounts, logins, API keys, captchas, throttles, audit.
CREATE TABLE account (
    id         ${text} NOT NULL PRIMARY KEY,
    username   ${text} NOT NULL,
    -- The name without case and width: what uniqueness and search go by.
    name_key   ${text} NOT NULL,
    password   ${text} NOT NULL,
    admin      BIGINT  NOT NULL,
    trusted    BIGINT  NOT NULL,
    disabled   BIGINT  NOT NULL,
    founder    BIGINT  NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX account_name ON account (name_key);
-- Of many first registrations at the same moment one becomes the administrator.
CREATE UNIQUE INDEX account_founder ON account (founder) WHERE founder = 1;

-- id is the SHA-256 of the token, which is never stored.
CREATE TABLE login (
    id         ${text} NOT NULL PRIMARY KEY,
    account_id ${text} NOT NULL REFERENCES account (id),
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);
CREATE INDEX login_account ON login (account_id, created_at);
CREATE INDEX login_expiry ON login (expires_at);

CREATE TABLE api_key (
    id           ${text} NOT NULL PRIMARY KEY,
    account_id   ${text} NOT NULL REFERENCES account (id),
    hash         ${text} NOT NULL,
    -- The first characters of the key, by which its owner recognises it.
    prefix       ${text} NOT NULL,
    name         ${text} NOT NULL,
    created_at   BIGINT  NOT NULL,
    last_used_at BIGINT
);
CREATE UNIQUE INDEX api_key_hash ON api_key (hash);
CREATE INDEX api_key_account ON api_key (account_id, id);

CREATE TABLE captcha (
    id         ${text} NOT NULL PRIMARY KEY,
    answer     ${text} NOT NULL,
    expires_at BIGINT  NOT NULL
);
CREATE INDEX captcha_expiry ON captcha (expires_at);

CREATE TABLE attempt (
    id      ${text} NOT NULL PRIMARY KEY,
    total   BIGINT  NOT NULL,
    ends_at BIGINT  NOT NULL
);
CREATE INDEX attempt_end ON attempt (ends_at);

-- No reference to account: an entry outlives whatever it tells about.
CREATE TABLE audit (
    id         BIGINT  NOT NULL PRIMARY KEY,
    at         BIGINT  NOT NULL,
    account_id ${text} NOT NULL,
    username   ${text} NOT NULL,
    action     ${text} NOT NULL,
    target     ${text} NOT NULL,
    detail     ${text} NOT NULL,
    address    ${text} NOT NULL
);
CREATE INDEX audit_account ON audit (account_id, id);
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_target ON audit (target, id);
