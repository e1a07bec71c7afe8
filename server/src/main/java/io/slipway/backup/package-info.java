/**
 * Everything in one file, and back: backups while serving, restoring onto either engine, and moving
 * from SQLite to PostgreSQL. Owns no table; knows all of them from the migrations.
 */
@NullMarked
package io.slipway.backup;

import org.jspecify.annotations.NullMarked;
