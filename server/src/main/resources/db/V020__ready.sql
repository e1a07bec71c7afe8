-- What an update asks of a device (update-rules 2.3): its last signal, in dBm; 0 for unknown.
ALTER TABLE device_seen ADD COLUMN rssi BIGINT NOT NULL DEFAULT 0;
-- 1 for a build that needs PSRAM.
ALTER TABLE build ADD COLUMN needs_psram BIGINT NOT NULL DEFAULT 0;
