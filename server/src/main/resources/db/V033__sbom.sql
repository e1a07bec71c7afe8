-- The maker's own bill of materials of a build, as it was uploaded.
CREATE TABLE build_sbom (
    build_id     ${text} NOT NULL PRIMARY KEY REFERENCES build (id),
    spec_version ${text} NOT NULL,
    components   BIGINT  NOT NULL,
    bytes        BIGINT  NOT NULL,
    sha256       ${text} NOT NULL,
    stored_at    BIGINT  NOT NULL,
    content      ${text} NOT NULL
);
