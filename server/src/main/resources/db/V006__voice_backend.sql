-- Where an agent's voice sessions go: echo, or relay to another server.
ALTER TABLE agent ADD COLUMN backend ${text} NOT NULL DEFAULT 'echo';
ALTER TABLE agent ADD COLUMN backend_url ${text} NOT NULL DEFAULT '';
-- Encrypted; empty for none.
ALTER TABLE agent ADD COLUMN backend_token ${text} NOT NULL DEFAULT '';
-- 0 the device's own Protocol-Version, 1 to 3 that one.
ALTER TABLE agent ADD COLUMN backend_version BIGINT NOT NULL DEFAULT 0;
