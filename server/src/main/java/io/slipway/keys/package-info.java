/**
 * Keys: the encryption key, from the settings or a file, and the keys that all nodes share, stored
 * encrypted in the database. Independent of all features.
 */
@NullMarked
package io.slipway.keys;

import org.jspecify.annotations.NullMarked;
