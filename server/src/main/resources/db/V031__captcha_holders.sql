-- Who a captcha was drawn for: when there are too many, the one who holds most loses the oldest.
-- An IPv4 address or the /48 of an IPv6 address; empty where many clients share one.
ALTER TABLE captcha ADD COLUMN holder ${text} NOT NULL DEFAULT '';
CREATE INDEX captcha_holder ON captcha (holder, expires_at);
