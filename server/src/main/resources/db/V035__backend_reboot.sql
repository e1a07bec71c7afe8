-- Whether an agent's relay may restart the device.
ALTER TABLE agent ADD COLUMN backend_reboot BIGINT NOT NULL DEFAULT 0;
