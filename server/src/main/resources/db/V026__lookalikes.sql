-- Equal for names that look alike, so that nobody takes the look of another's (Unicode TS 39). The
-- server computes those of older accounts at its first start; of several that already look alike, one
-- has the skeleton, and the others '#' and their ids.
ALTER TABLE account ADD COLUMN skeleton ${text};
CREATE UNIQUE INDEX account_skeleton ON account (skeleton);
