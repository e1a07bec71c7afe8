-- What was said in a session: who it belongs to is written once, here, and not in every line.
CREATE TABLE chat_session (
    id         ${key}  NOT NULL PRIMARY KEY,
    account_id ${text} NOT NULL,
    -- As the device and the lists know it.
    session_id ${text} NOT NULL,
    agent_id   ${text} NOT NULL,
    mac        BIGINT  NOT NULL,
    -- Of the first and the latest line.
    started_at BIGINT  NOT NULL,
    last_at    BIGINT  NOT NULL,
    -- How many lines it has.
    lines      BIGINT  NOT NULL
);

CREATE UNIQUE INDEX chat_session_own ON chat_session (account_id, session_id);
CREATE INDEX chat_session_agent ON chat_session (agent_id, started_at, id);
CREATE INDEX chat_session_device ON chat_session (account_id, mac, id);
CREATE INDEX chat_session_age ON chat_session (last_at);

CREATE TABLE chat_line (
    -- Grows in the order in which things were said.
    id          ${key}  NOT NULL PRIMARY KEY,
    session     BIGINT  NOT NULL,
    -- 1 user, 2 assistant, 3 tool.
    kind        BIGINT  NOT NULL,
    content     ${text} NOT NULL,
    listen_mode ${text} NOT NULL,
    at          BIGINT  NOT NULL
);

CREATE INDEX chat_line_session ON chat_line (session, id);
