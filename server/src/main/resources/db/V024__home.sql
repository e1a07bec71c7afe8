-- The build must lead home (update-rules 2.3). The OTA addresses that are compiled into an image,
-- a JSON list, and whether one of them led to this server when it was uploaded. Of images from
-- before this, nobody knows.
ALTER TABLE build ADD COLUMN addresses ${text} NOT NULL DEFAULT '[]';
ALTER TABLE build ADD COLUMN leads_home BIGINT NOT NULL DEFAULT 0;
-- Whether a person has said of a rollout that he knows of a build which doesn't.
ALTER TABLE rollout ADD COLUMN leads_away BIGINT NOT NULL DEFAULT 0;

-- By which host[:port] an account's proven devices call this server.
CREATE TABLE called_host (
    account_id ${text} NOT NULL,
    host       ${text} NOT NULL,
    -- Epoch ms, a day behind at most.
    called_at  BIGINT  NOT NULL,
    PRIMARY KEY (account_id, host)
);

-- Canaries that are out are looked for every few seconds.
CREATE INDEX rollout_attempt_canary ON rollout_attempt (rollout, state) WHERE stage = 0;
