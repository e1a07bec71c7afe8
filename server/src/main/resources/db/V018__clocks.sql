-- How far the clock of a node's machine is ahead of the database's, ms.
ALTER TABLE node ADD COLUMN skew BIGINT NOT NULL DEFAULT 0;

-- The time zone of an account's texts and devices; '' is the server's.
ALTER TABLE account ADD COLUMN zone ${text} NOT NULL DEFAULT '';

-- The time zone that a device shows; '' is its account's.
ALTER TABLE device ADD COLUMN zone ${text} NOT NULL DEFAULT '';

-- Accounts with a new zone whose devices the nodes do not all know of yet, and up to which device,
-- by id, they do.
CREATE TABLE zone_news (
    account_id ${text} NOT NULL PRIMARY KEY,
    after      BIGINT  NOT NULL
);
