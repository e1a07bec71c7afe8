-- What a waiting device shows and signs, of no use without the master key: code becomes a keyed hash
-- of the digits, and sealed contains them with their tail and challenge, encrypted. Rows with 0
-- digits are from before and are sealed at the start of the server, which empties tail and
-- challenge; no new row uses these two.
ALTER TABLE activation ADD COLUMN digits BIGINT NOT NULL DEFAULT 0;
ALTER TABLE activation ADD COLUMN sealed ${text} NOT NULL DEFAULT '';
CREATE INDEX activation_unsealed ON activation (id) WHERE digits = 0;
