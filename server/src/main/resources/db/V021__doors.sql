-- What a session key signs: 0, a MAC and a Client-Id; 1, a MAC and the stored hash of the pair, so
-- that a token can be known again without its Client-Id (decisions D5). Keys there are stay as they
-- are: another token would be a write to each device's flash.
ALTER TABLE secret ADD COLUMN form BIGINT NOT NULL DEFAULT 0;
