/**
 * The database: SQLite in the data folder, or PostgreSQL for several nodes. One SQL text for both;
 * no feature's SQL is here.
 */
@NullMarked
package io.slipway.sql;

import org.jspecify.annotations.NullMarked;
