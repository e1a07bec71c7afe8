-- What nodes tell each other through PostgreSQL; SQLite has one node and leaves these empty.

-- A node's sign of life, by the database's clock.
CREATE TABLE node (
    name    ${text} NOT NULL PRIMARY KEY,
    seen_at BIGINT  NOT NULL
);

-- Live voice sessions: a copy of what each node has in memory, a fraction of a second old.
CREATE TABLE presence (
    pair          ${text} NOT NULL PRIMARY KEY,
    id            ${text} NOT NULL,
    device        BIGINT  NOT NULL,
    account_id    ${text} NOT NULL,
    agent_id      ${text} NOT NULL,
    mac           ${text} NOT NULL,
    node          ${text} NOT NULL,
    address       ${text} NOT NULL,
    version       ${text} NOT NULL,
    backend       ${text} NOT NULL,
    since         BIGINT  NOT NULL,
    -- The session of the pair before this one, and its node, which has to end it.
    replaced      ${text},
    replaced_node ${text}
);

CREATE INDEX presence_id ON presence (id);
CREATE INDEX presence_device ON presence (device);
CREATE INDEX presence_account ON presence (account_id, id);
CREATE INDEX presence_node ON presence (node, pair);

-- A question of one node to another, until it is answered or nobody waits for it any more.
CREATE TABLE node_call (
    id       ${text} NOT NULL PRIMARY KEY,
    caller   ${text} NOT NULL,
    node     ${text} NOT NULL,
    op       ${text} NOT NULL,
    payload  ${text} NOT NULL,
    -- 0 waits, 1 is worked on, 2 answered; 3 failed, 4 took too long, 5 the node ends.
    state    BIGINT  NOT NULL,
    answer   ${text},
    -- By the database's clock, epoch ms.
    deadline BIGINT  NOT NULL
);

CREATE INDEX node_call_caller ON node_call (caller, state);
CREATE INDEX node_call_node ON node_call (node, state);
CREATE INDEX node_call_deadline ON node_call (deadline);
