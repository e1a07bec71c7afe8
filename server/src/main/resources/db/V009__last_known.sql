-- The language and firmware of pairs that nobody owns: a session tells them, in their language, why
-- it refuses them.
ALTER TABLE activation ADD COLUMN language ${text} NOT NULL DEFAULT '';

-- Pairs that stopped being bound; an activation of theirs may not come for weeks.
CREATE TABLE device_former (
    pair     ${text} NOT NULL PRIMARY KEY,
    board    ${text} NOT NULL,
    version  ${text} NOT NULL,
    language ${text} NOT NULL,
    ended_at BIGINT  NOT NULL
);
CREATE INDEX device_former_ended ON device_former (ended_at);
