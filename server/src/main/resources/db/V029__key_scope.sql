-- What an API key may do: read, devices, firmware or all; and from where it was last used, '' for
-- unknown.
ALTER TABLE api_key ADD COLUMN scope ${text} NOT NULL DEFAULT 'all';
ALTER TABLE api_key ADD COLUMN last_used_from ${text} NOT NULL DEFAULT '';
