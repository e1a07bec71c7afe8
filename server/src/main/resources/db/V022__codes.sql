-- Five further digits of a code, kept back until codes are being guessed (decisions D2).
ALTER TABLE activation ADD COLUMN tail ${text} NOT NULL DEFAULT '';
