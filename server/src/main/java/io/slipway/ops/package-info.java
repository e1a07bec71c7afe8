/**
 * What the operator of an installation looks at: its health, its keys, its configuration, the API
 * document. Owns no table.
 */
@NullMarked
package io.slipway.ops;

import org.jspecify.annotations.NullMarked;
