-- What rollouts select by, and since when a device runs what it runs: epoch ms, 0 for long ago.
ALTER TABLE device ADD COLUMN channel ${text} NOT NULL DEFAULT '';
-- A JSON array.
ALTER TABLE device ADD COLUMN tags ${text} NOT NULL DEFAULT '[]';
ALTER TABLE device ADD COLUMN running_since BIGINT NOT NULL DEFAULT 0;

CREATE TABLE rollout (
    id          ${text} NOT NULL PRIMARY KEY,
    account_id  ${text} NOT NULL,
    -- 1 reaches all accounts' devices: an administrator's.
    everyone    BIGINT  NOT NULL,
    name        ${text} NOT NULL,
    build       ${text} NOT NULL,
    -- The build that devices are taken back from; empty for an update.
    bad_build   ${text} NOT NULL,
    -- What was asked for, as JSON, and how often that has changed.
    plan        ${text} NOT NULL,
    revision    BIGINT  NOT NULL,
    salt        ${text} NOT NULL,
    status      ${text} NOT NULL,
    stage       BIGINT  NOT NULL,
    -- 1 when the last stage's gate has passed.
    passed      BIGINT  NOT NULL,
    -- What its gates go by and have said, as JSON.
    gates       ${text} NOT NULL,
    -- Kept, not recounted.
    in_flight   BIGINT  NOT NULL,
    miss_streak BIGINT  NOT NULL,
    -- Offers of the last minute by second.
    minute      ${text} NOT NULL,
    created_at  BIGINT  NOT NULL,
    created_by  ${text} NOT NULL,
    started_by  ${text} NOT NULL,
    approved_by ${text} NOT NULL,
    begun_at    BIGINT  NOT NULL,
    ended_at    BIGINT  NOT NULL
);
CREATE INDEX rollout_account ON rollout (account_id, id);
CREATE INDEX rollout_status ON rollout (status, id);
CREATE INDEX rollout_build ON rollout (build);
CREATE INDEX rollout_in_flight ON rollout (in_flight) WHERE in_flight > 0;

-- Devices that a rollout names: kind 1 a canary, 2 in its list.
CREATE TABLE rollout_named (
    rollout ${text} NOT NULL,
    mac     BIGINT  NOT NULL,
    kind    BIGINT  NOT NULL,
    PRIMARY KEY (rollout, mac)
);

-- Counts of devices, changed along with what they count.
CREATE TABLE rollout_tally (
    rollout     ${text} NOT NULL,
    stage       BIGINT  NOT NULL,
    stratum     ${text} NOT NULL,
    offered     BIGINT  NOT NULL,
    in_flight   BIGINT  NOT NULL,
    good        BIGINT  NOT NULL,
    bad         BIGINT  NOT NULL,
    silent      BIGINT  NOT NULL,
    overdue     BIGINT  NOT NULL,
    undelivered BIGINT  NOT NULL,
    missing     BIGINT  NOT NULL,
    delivered   BIGINT  NOT NULL,
    crashed     BIGINT  NOT NULL,
    left_out    BIGINT  NOT NULL,
    PRIMARY KEY (rollout, stage, stratum)
);

-- A device in a rollout, from its first offer on.
CREATE TABLE rollout_attempt (
    rollout     ${text} NOT NULL,
    device      BIGINT  NOT NULL,
    -- Whose device it was, and which; a device that is unbound leaves its history.
    account_id  ${text} NOT NULL,
    mac         BIGINT  NOT NULL,
    build       ${text} NOT NULL,
    build_version ${text} NOT NULL,
    build_elf   ${text} NOT NULL,
    stage       BIGINT  NOT NULL,
    stratum     ${text} NOT NULL,
    state       ${text} NOT NULL,
    cause       ${text} NOT NULL,
    since       BIGINT  NOT NULL,
    standing    ${text} NOT NULL,
    quarantined BIGINT  NOT NULL,
    closed      BIGINT  NOT NULL,
    -- When it changes by itself; 9223372036854775807 for never.
    due         BIGINT  NOT NULL,
    seq         BIGINT  NOT NULL,
    clock       BIGINT  NOT NULL,
    -- The last offer, what adds up, the last check-in.
    offer       ${text} NOT NULL,
    past        ${text} NOT NULL,
    last        ${text} NOT NULL,
    PRIMARY KEY (rollout, device)
);
CREATE INDEX attempt_device ON rollout_attempt (device);
CREATE INDEX attempt_due ON rollout_attempt (due) WHERE due < 9223372036854775807;
CREATE INDEX attempt_state ON rollout_attempt (rollout, state, device);
CREATE INDEX attempt_quarantined ON rollout_attempt (build, device) WHERE quarantined = 1;
CREATE INDEX attempt_mac ON rollout_attempt (account_id, mac);

-- What was seen, in the order in which it was taken in: replaying it gives the same states.
CREATE TABLE evidence (
    seq     ${key}  NOT NULL PRIMARY KEY,
    device  BIGINT  NOT NULL,
    rollout ${text} NOT NULL,
    at      BIGINT  NOT NULL,
    kind    ${text} NOT NULL,
    body    ${text} NOT NULL,
    -- Our own outages as they were known when it was taken in; empty for none.
    outages ${text} NOT NULL
);
CREATE INDEX evidence_device ON evidence (device, seq);

-- When this service answered errors or nothing: what devices did then is not the builds' fault.
CREATE TABLE outage (
    id      ${key}  NOT NULL PRIMARY KEY,
    from_at BIGINT  NOT NULL,
    to_at   BIGINT  NOT NULL,
    why     ${text} NOT NULL
);
-- One row: when any node was last alive, by its clock.
CREATE TABLE alive (
    id      BIGINT NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL
);

-- The last answer to each device's "was I offered an update", where there was a rollout to think of.
CREATE TABLE decision (
    device  BIGINT  NOT NULL PRIMARY KEY,
    at      BIGINT  NOT NULL,
    body    ${text} NOT NULL
);
CREATE INDEX device_mac ON device (mac);
