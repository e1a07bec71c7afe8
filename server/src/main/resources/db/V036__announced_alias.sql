-- The name that a device gets when this binds it; '' for none.
ALTER TABLE preregistration ADD COLUMN alias ${text} NOT NULL DEFAULT '';
