/** Codes, challenges, binding and unbinding, pre-registration. */
@NullMarked
package io.slipway.activation;

import org.jspecify.annotations.NullMarked;
