-- Imports, so that one can be undone as a whole.
CREATE TABLE import (
    id         ${text} NOT NULL PRIMARY KEY,
    account_id ${text} NOT NULL,
    agent_id   ${text} NOT NULL,
    created_at BIGINT  NOT NULL,
    -- How many devices it announced.
    devices    BIGINT  NOT NULL,
    -- When its undoing began; 0 while it stands.
    undone_at  BIGINT  NOT NULL
);
CREATE INDEX import_account ON import (account_id, id);

ALTER TABLE preregistration ADD COLUMN import ${text} NOT NULL DEFAULT '';
-- The device that used it up; 0 for none, or one that was bound in another way.
ALTER TABLE preregistration ADD COLUMN device BIGINT NOT NULL DEFAULT 0;
-- A network that may not use it, and until when, epoch ms.
ALTER TABLE preregistration ADD COLUMN barred ${text} NOT NULL DEFAULT '';
ALTER TABLE preregistration ADD COLUMN barred_until BIGINT NOT NULL DEFAULT 0;
CREATE INDEX preregistration_import ON preregistration (import, id) WHERE import <> '';

-- What a provisional binding goes back to: the announcement that made it, and the network that its
-- first check-in came from.
ALTER TABLE device ADD COLUMN announced BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN bound_from ${text} NOT NULL DEFAULT '';
-- When another pair of a provisional device's MAC or serial number first called, epoch ms.
ALTER TABLE device ADD COLUMN contested_at BIGINT NOT NULL DEFAULT 0;
-- Until when another pair of its MAC may take the binding over, epoch ms.
ALTER TABLE device ADD COLUMN expected_until BIGINT NOT NULL DEFAULT 0;
CREATE INDEX device_provisional ON device (account_id, bound_from, id) WHERE proven = 0;
CREATE INDEX device_contested ON device (account_id, id) WHERE contested_at > 0;

-- Where the devices of an account that expects some anew were seen when it said so.
CREATE TABLE expected_network (
    account_id ${text} NOT NULL,
    network    ${text} NOT NULL,
    until      BIGINT  NOT NULL,
    PRIMARY KEY (account_id, network)
);
CREATE INDEX expected_network_until ON expected_network (until);

-- The serial number that a waiting pair names; and until when it is given no code, because it may
-- prove itself by a key, epoch ms.
ALTER TABLE activation ADD COLUMN serial ${text} NOT NULL DEFAULT '';
ALTER TABLE activation ADD COLUMN quiet_until BIGINT NOT NULL DEFAULT 0;
CREATE INDEX activation_mac ON activation (mac) WHERE died_at IS NULL;
CREATE INDEX activation_serial ON activation (serial) WHERE died_at IS NULL AND serial <> '';
CREATE INDEX preregistration_proven ON preregistration (serial) WHERE status = 1 AND serial IS NOT NULL;
