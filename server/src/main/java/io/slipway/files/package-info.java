/** The files that the server writes: a kit, used by whoever creates one. */
@NullMarked
package io.slipway.files;

import org.jspecify.annotations.NullMarked;
