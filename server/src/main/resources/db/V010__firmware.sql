-- Builds: uploaded images. The first part is read from the image, the second is what people add.
CREATE TABLE build (
    id                ${text} NOT NULL PRIMARY KEY,
    account_id        ${text} NOT NULL,
    -- 1: an administrator's, which every account may see and use.
    common            BIGINT  NOT NULL,
    version           ${text} NOT NULL,
    -- The version as devices compare it: 2.04 is 2.4.
    version_key       ${text} NOT NULL,
    elf               ${text} NOT NULL,
    project           ${text} NOT NULL,
    chip              ${text} NOT NULL,
    min_revision      BIGINT  NOT NULL,
    max_revision      BIGINT  NOT NULL,
    idf_version       ${text} NOT NULL,
    compile_time      ${text} NOT NULL,
    size              BIGINT  NOT NULL,
    sha256            ${text} NOT NULL,
    hash_appended     BIGINT  NOT NULL,
    signature         ${text} NOT NULL,
    -- JSON: a list of {name, aliases}, a list of texts.
    boards            ${text} NOT NULL,
    scheme            ${text} NOT NULL,
    floors            ${text} NOT NULL,
    notes             ${text} NOT NULL,
    channel           ${text} NOT NULL,
    -- Offered to nobody; null while it may be.
    quarantined_at    BIGINT,
    quarantine_by     ${text} NOT NULL,
    quarantine_reason ${text} NOT NULL,
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL
);

CREATE UNIQUE INDEX build_file ON build (account_id, sha256);
CREATE UNIQUE INDEX build_elf ON build (account_id, version, elf);
CREATE INDEX build_account ON build (account_id, id);
CREATE INDEX build_common ON build (id) WHERE common = 1;
CREATE INDEX build_version ON build (version_key);
CREATE INDEX build_sha256 ON build (sha256);
CREATE INDEX build_quarantined ON build (id) WHERE quarantined_at IS NOT NULL;

-- All names of the boards a build is for, in lower case.
CREATE TABLE build_board (
    build_id ${text} NOT NULL,
    name     ${text} NOT NULL,
    PRIMARY KEY (build_id, name)
);

CREATE INDEX build_board_name ON build_board (name, build_id);

-- Who is storing or deleting a file now: accounts that upload the same one share it.
CREATE TABLE build_busy (
    sha256     ${text} NOT NULL PRIMARY KEY,
    holder     ${text} NOT NULL,
    -- Whoever died holding it holds it no longer.
    expires_at BIGINT  NOT NULL
);
