/**
 * Keys: the one that encrypts, from the settings or a file, and those that all nodes share, kept
 * encrypted in the database. Knows no feature.
 */
@NullMarked
package io.slipway.keys;

import org.jspecify.annotations.NullMarked;
