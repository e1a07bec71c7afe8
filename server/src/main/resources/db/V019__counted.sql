-- Who is counted when a rollout's gates decide (decisions D11): FULL, LIMITED or NONE.
ALTER TABLE rollout_attempt ADD COLUMN vote ${text} NOT NULL DEFAULT 'FULL';

-- Of rollout_tally's counts the part that other accounts' devices have, by account; the empty
-- account has those that don't count.
CREATE TABLE rollout_vote (
    rollout     ${text} NOT NULL,
    stage       BIGINT  NOT NULL,
    stratum     ${text} NOT NULL,
    account_id  ${text} NOT NULL,
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
    PRIMARY KEY (rollout, stage, stratum, account_id)
);
