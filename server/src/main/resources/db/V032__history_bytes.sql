-- How much history an account has, counted as it is written: nothing is ever added up.
ALTER TABLE chat_session ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;

-- Of what was stored before, a guess.
UPDATE chat_session SET bytes = 100 * lines;

CREATE TABLE chat_account (
    account_id ${text} NOT NULL PRIMARY KEY,
    bytes      BIGINT  NOT NULL
);

INSERT INTO chat_account (account_id, bytes)
SELECT account_id, sum(bytes) FROM chat_session GROUP BY account_id;

-- An account's oldest session.
CREATE INDEX chat_session_account ON chat_session (account_id, id);
