/** Programs that connect without an OTA check: the console creates their identity and token. */
@NullMarked
package io.slipway.program;

import org.jspecify.annotations.NullMarked;
