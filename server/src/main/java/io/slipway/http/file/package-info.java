/**
 * Files on the wire: firmware on its way to devices, with proof of how each download ended, and
 * what people upload, part by part and within limits.
 */
@NullMarked
package io.slipway.http.file;

import org.jspecify.annotations.NullMarked;
