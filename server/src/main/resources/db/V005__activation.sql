-- A pair that nobody owns and the code it shows. A dead row keeps its code from being given out
-- again for a day.
CREATE TABLE activation (
    id         ${key}  NOT NULL PRIMARY KEY,
    pair       ${text} NOT NULL,
    mac        BIGINT  NOT NULL,
    pinned     BIGINT  NOT NULL,
    weak       BIGINT  NOT NULL,
    code       ${text} NOT NULL,
    challenge  ${text} NOT NULL,
    address    ${text} NOT NULL,
    board      ${text} NOT NULL,
    version    ${text} NOT NULL,
    created_at BIGINT  NOT NULL,
    asked_at   BIGINT  NOT NULL,
    died_at    BIGINT
);

CREATE UNIQUE INDEX activation_code ON activation (code);
CREATE UNIQUE INDEX activation_pair ON activation (pair) WHERE died_at IS NULL;
CREATE INDEX activation_address ON activation (address, asked_at) WHERE died_at IS NULL;
CREATE INDEX activation_asked ON activation (asked_at) WHERE died_at IS NULL;
CREATE INDEX activation_died ON activation (died_at) WHERE died_at IS NOT NULL;

-- Devices that an account announced before they called.
CREATE TABLE preregistration (
    id         ${key}  NOT NULL PRIMARY KEY,
    account_id ${text} NOT NULL,
    agent_id   ${text} NOT NULL,
    mac        BIGINT,
    serial     ${text},
    -- The serial number's HMAC key, encrypted; a serial without one is not proven by it.
    sealed_key ${text},
    -- 0 waiting, 1 bound.
    status     BIGINT  NOT NULL,
    created_at BIGINT  NOT NULL
);

CREATE UNIQUE INDEX preregistration_mac ON preregistration (mac) WHERE status = 0 AND mac IS NOT NULL;
CREATE UNIQUE INDEX preregistration_serial ON preregistration (serial) WHERE status = 0 AND serial IS NOT NULL;
CREATE INDEX preregistration_agent ON preregistration (agent_id, id);
CREATE INDEX preregistration_own ON preregistration (account_id, mac) WHERE mac IS NOT NULL;
