-- The tags of device.tags again, to find and count them by.
CREATE TABLE device_tag (
    account_id ${text} NOT NULL,
    tag        ${text} NOT NULL,
    device     BIGINT  NOT NULL,
    PRIMARY KEY (account_id, tag, device)
);
CREATE INDEX device_tag_device ON device_tag (device);
CREATE INDEX device_channel ON device (account_id, channel, id) WHERE channel <> '';
