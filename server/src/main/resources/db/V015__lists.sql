-- What the console's lists and its overview look for among a million devices.

-- Sorted by alias, those without one come last.
CREATE INDEX device_nameless ON device (account_id, id) WHERE alias_key = '';

-- Where somebody has to decide; hardly any device is in these.
CREATE INDEX device_contested ON device (account_id, id) WHERE rival IS NOT NULL;
CREATE INDEX device_lost ON device (account_id, id) WHERE held = 0;

CREATE INDEX audit_username ON audit (username, id);
