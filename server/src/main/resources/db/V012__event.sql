-- What happened. A million devices make millions of rows: only what is searched by has an index.
CREATE TABLE event (
    -- Grows with time.
    id         ${key}  NOT NULL PRIMARY KEY,
    at         BIGINT  NOT NULL,
    type       ${text} NOT NULL,
    -- 1 for what happens to a rollout and not to each of its devices.
    few        BIGINT  NOT NULL,
    -- Empty for administrators only.
    account_id ${text} NOT NULL,
    -- Empty for none, as the build and the MAC.
    rollout_id ${text} NOT NULL,
    build_id   ${text} NOT NULL,
    mac        ${text} NOT NULL,
    -- JSON, an object.
    data       ${text} NOT NULL
);

CREATE INDEX event_account ON event (account_id, id);
CREATE INDEX event_rollout ON event (rollout_id, id) WHERE rollout_id <> '';
CREATE INDEX event_mac ON event (mac, id) WHERE mac <> '';
CREATE INDEX event_few ON event (id) WHERE few = 1;
CREATE INDEX event_few_rollout ON event (rollout_id, id) WHERE few = 1;

CREATE TABLE webhook (
    id            ${text} NOT NULL PRIMARY KEY,
    account_id    ${text} NOT NULL,
    url           ${text} NOT NULL,
    -- Wire names with commas; empty for all that happens to rollouts.
    types         ${text} NOT NULL,
    -- 1 when they name what happens to each device.
    many          BIGINT  NOT NULL,
    -- Empty for all.
    rollout_id    ${text} NOT NULL,
    -- 1 for the events of all accounts, as long as its own account may see them.
    every_account BIGINT  NOT NULL,
    active        BIGINT  NOT NULL,
    -- Why the server itself switched it off; empty otherwise.
    off_reason    ${text} NOT NULL,
    -- Encrypted; the former one is empty when there is none, and signs until then.
    secret        ${text} NOT NULL,
    former_secret ${text} NOT NULL,
    former_until  BIGINT  NOT NULL,
    -- Events up to here have become deliveries; and up to there nothing can have been missed.
    read_to       BIGINT  NOT NULL,
    swept_to      BIGINT  NOT NULL,
    -- Dead letters since the last that arrived.
    dead_in_row   BIGINT  NOT NULL,
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL
);

CREATE INDEX webhook_account ON webhook (account_id, id);

CREATE TABLE delivery (
    -- What the receiver knows it by, and the order in which they were made.
    id         ${key}  NOT NULL PRIMARY KEY,
    webhook_id ${text} NOT NULL,
    -- 0 for a test.
    event_id   BIGINT  NOT NULL,
    type       ${text} NOT NULL,
    -- 0 waiting, 1 delivered, 2 dead.
    state      BIGINT  NOT NULL,
    attempts   BIGINT  NOT NULL,
    -- When it may be sent; while it is being sent, when whoever does counts as gone.
    due_at     BIGINT  NOT NULL,
    -- 1 while it is being sent.
    sending    BIGINT  NOT NULL,
    -- Of the last attempt: the answer's status, 0 for none, and what was wrong.
    status     BIGINT  NOT NULL,
    error      ${text} NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);

-- An event goes to a webhook once, however often it is looked at.
CREATE UNIQUE INDEX delivery_event ON delivery (webhook_id, event_id) WHERE event_id <> 0;
CREATE INDEX delivery_due ON delivery (webhook_id, due_at) WHERE state = 0;
CREATE INDEX delivery_sending ON delivery (webhook_id) WHERE sending = 1;
CREATE INDEX delivery_webhook ON delivery (webhook_id, id);
CREATE INDEX delivery_state ON delivery (webhook_id, state, id);
CREATE INDEX delivery_age ON delivery (updated_at);
