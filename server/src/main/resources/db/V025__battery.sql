-- What a device told of its battery in a session last: percent, 1 for charging, and when, epoch ms;
-- 0 for never.
ALTER TABLE device_seen ADD COLUMN battery BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device_seen ADD COLUMN charging BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device_seen ADD COLUMN battery_at BIGINT NOT NULL DEFAULT 0;
