-- A device is a pair, and the pair is what is bound: a MAC belongs to nobody (decisions D1).

-- Whose device a rollout names: an administrator's rollout reaches several accounts' devices.
ALTER TABLE rollout_named RENAME TO rollout_named_before;
CREATE TABLE rollout_named (
    rollout    ${text} NOT NULL,
    account_id ${text} NOT NULL,
    mac        BIGINT  NOT NULL,
    kind       BIGINT  NOT NULL,
    PRIMARY KEY (rollout, account_id, mac)
);
INSERT INTO rollout_named (rollout, account_id, mac, kind)
SELECT n.rollout, CASE WHEN r.everyone = 0 THEN r.account_id
        ELSE coalesce((SELECT d.account_id FROM device d WHERE d.mac = n.mac AND d.held = 1),
            r.account_id) END,
    n.mac, n.kind
FROM rollout_named_before n JOIN rollout r ON r.id = n.rollout;
DROP TABLE rollout_named_before;

-- What remained of a claim after a take-over is a binding of its own again, unless its pair has
-- been bound by somebody else since: then that one stays.
DELETE FROM device WHERE held = 0 AND EXISTS
    (SELECT 1 FROM device o WHERE o.mac = device.mac AND o.pair = device.pair
        AND (o.held = 1 OR o.id > device.id));
DELETE FROM device_seen WHERE NOT EXISTS (SELECT 1 FROM device d WHERE d.id = device_seen.id);
DELETE FROM device_tag WHERE NOT EXISTS (SELECT 1 FROM device d WHERE d.id = device_tag.device);

-- Copied as a whole: dropping seven columns would write a large table seven times.
ALTER TABLE device RENAME TO device_before;
DROP INDEX device_held;
DROP INDEX device_claim;
DROP INDEX device_mac;
DROP INDEX device_account;
DROP INDEX device_agent;
DROP INDEX device_board;
DROP INDEX device_alias;
DROP INDEX device_version;
DROP INDEX device_channel;
DROP INDEX device_nameless;
DROP INDEX device_contested;
DROP INDEX device_lost;

CREATE TABLE device (
    id            ${key}  NOT NULL PRIMARY KEY,
    mac           BIGINT  NOT NULL,
    -- Keyed hash of MAC and Client-Id; pinned: 0 without a Client-Id, 1 with one.
    pair          ${text} NOT NULL,
    pinned        BIGINT  NOT NULL,
    weak          BIGINT  NOT NULL,
    account_id    ${text} NOT NULL,
    -- 0, so that an account has a MAC once; the id where many devices share a MAC that names none.
    twin          BIGINT  NOT NULL,
    agent_id      ${text},
    -- 0 while a MAC or a bare serial number alone stands behind the binding.
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
    -- Since when it runs what it runs: epoch ms, 0 for long ago.
    running_since BIGINT  NOT NULL,
    auto_update   BIGINT  NOT NULL,
    sort          BIGINT  NOT NULL,
    channel       ${text} NOT NULL DEFAULT '',
    -- A JSON array.
    tags          ${text} NOT NULL DEFAULT '[]',
    bound_at      BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    updater       ${text} NOT NULL
);

INSERT INTO device (id, mac, pair, pinned, weak, account_id, twin, agent_id, proven, alias,
    alias_key, board, board_key, version, chip, elf, slot, language, facts, facts_print,
    running_since, auto_update, sort, channel, tags, bound_at, updated_at, updater)
SELECT id, mac, pair, pinned, weak, account_id,
    CASE WHEN mac = 0 OR (mac / 1099511627776) % 2 = 1 THEN id ELSE 0 END,
    agent_id, proven, alias, alias_key, board, board_key, version, chip, elf, slot, language, facts,
    facts_print, running_since, auto_update, sort, channel, tags, bound_at, updated_at, updater
FROM device_before ORDER BY id;
DROP TABLE device_before;

CREATE UNIQUE INDEX device_pair ON device (mac, pair);
CREATE UNIQUE INDEX device_own ON device (account_id, mac, twin);
CREATE INDEX device_account ON device (account_id, id);
CREATE INDEX device_agent ON device (agent_id, id) WHERE agent_id IS NOT NULL;
CREATE INDEX device_board ON device (account_id, board_key, id);
CREATE INDEX device_alias ON device (account_id, alias_key, id) WHERE alias_key <> '';
CREATE INDEX device_version ON device (account_id, version, id);
CREATE INDEX device_channel ON device (account_id, channel, id) WHERE channel <> '';
CREATE INDEX device_nameless ON device (account_id, id) WHERE alias_key = '';

-- Several accounts may announce the same device; the oldest takes the pair that calls.
DROP INDEX preregistration_mac;
DROP INDEX preregistration_serial;
CREATE UNIQUE INDEX preregistration_mac ON preregistration (mac, account_id)
    WHERE status = 0 AND mac IS NOT NULL;
CREATE UNIQUE INDEX preregistration_serial ON preregistration (serial, account_id)
    WHERE status = 0 AND serial IS NOT NULL;

-- That another pair of a silent device's MAC called, in words that are left.
UPDATE rollout_attempt SET cause = 'PIN_MOVED' WHERE cause = 'ANOTHER_PAIR';
UPDATE evidence SET kind = 'PinMoved' WHERE kind = 'AnotherPairCalled';
