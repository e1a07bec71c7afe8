/**
 * The database: SQLite in the data folder, or PostgreSQL for several nodes. One SQL text for both;
 * features' SQL is elsewhere.
 */
@NullMarked
package io.slipway.sql;

import org.jspecify.annotations.NullMarked;
