-- What a session key signs: 0, a MAC and a Client-Id; 1, a MAC and the stored hash of the pair, so
-- that a token can be known again without its Client-Id (decisions D5). Keys there are stay as they
-- are: another token would be a write to each device's flash.
ALTER TABLE secret ADD COLUMN form BIGINT NOT NULL DEFAULT 0;

-- Whether a device may talk with a token that is none of this server's: its firmware has one built
-- in. Its Client-Id must be right all the same.
ALTER TABLE device ADD COLUMN tokenless BIGINT NOT NULL DEFAULT 0;
-- Whether it is a program that the console made an identity for.
ALTER TABLE device ADD COLUMN program BIGINT NOT NULL DEFAULT 0;
CREATE INDEX device_program ON device (account_id, id) WHERE program = 1;
