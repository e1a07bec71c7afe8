-- The registry: which account holds a MAC, and which Client-Id it is pinned to.
CREATE TABLE device (
    id            ${key}  NOT NULL PRIMARY KEY,
    mac           BIGINT  NOT NULL,
    account_id    ${text} NOT NULL,
    agent_id      ${text},
    -- 1 holds the device; 0 is what remains of an account's claim after a take-over.
    held          BIGINT  NOT NULL,
    -- Keyed hash of MAC and Client-Id; pinned: 0 without a Client-Id, 1 with one.
    pair          ${text} NOT NULL,
    pinned        BIGINT  NOT NULL,
    weak          BIGINT  NOT NULL,
    proven        BIGINT  NOT NULL,
    alias         ${text} NOT NULL,
    alias_key     ${text} NOT NULL,
    board         ${text} NOT NULL,
    board_key     ${text} NOT NULL,
    version       ${text} NOT NULL,
    chip          ${text} NOT NULL,
    elf           ${text} NOT NULL,
    slot          ${text} NOT NULL,
    language      ${text} NOT NULL,
    -- What else it reported, as JSON; and a digest of all of it.
    facts         ${text} NOT NULL,
    facts_print   BIGINT  NOT NULL,
    auto_update   BIGINT  NOT NULL,
    sort          BIGINT  NOT NULL,
    bound_at      BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    updater       ${text} NOT NULL,
    -- Another pair that calls with this MAC and waits for the owner's word.
    rival         ${text},
    rival_board   ${text},
    rival_version ${text},
    rival_at      BIGINT,
    -- Its Client-Id: 1 there is one, plus 2 if it can be guessed.
    rival_kind    BIGINT,
    -- The last one that the owner refused.
    refused       ${text}
);

CREATE UNIQUE INDEX device_held ON device (mac) WHERE held = 1;
CREATE UNIQUE INDEX device_claim ON device (account_id, mac);
CREATE INDEX device_account ON device (account_id, id);
CREATE INDEX device_agent ON device (agent_id, id) WHERE agent_id IS NOT NULL;
CREATE INDEX device_board ON device (account_id, board_key, id);
CREATE INDEX device_alias ON device (account_id, alias_key, id) WHERE alias_key <> '';
CREATE INDEX device_version ON device (account_id, version, id);

-- Apart from the registry, because it changes all the time: small rows, written in batches.
CREATE TABLE device_seen (
    id      ${key}  NOT NULL PRIMARY KEY,
    seen_at BIGINT  NOT NULL,
    address ${text} NOT NULL,
    -- The last 20 check-ins, newest first, 8 characters each: epoch ms in base 36.
    ring    ${text} NOT NULL
);

-- Check-ins of bound devices by the hour.
CREATE TABLE device_hour (
    hour    BIGINT  NOT NULL,
    board   ${text} NOT NULL,
    version ${text} NOT NULL,
    count   BIGINT  NOT NULL,
    PRIMARY KEY (hour, board, version)
);
