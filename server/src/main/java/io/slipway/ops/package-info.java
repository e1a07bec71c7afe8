/**
 * What whoever runs an installation looks at: its health, its keys, what it is made of, the
 * document of its API. Owns no table.
 */
@NullMarked
package io.slipway.ops;

import org.jspecify.annotations.NullMarked;
