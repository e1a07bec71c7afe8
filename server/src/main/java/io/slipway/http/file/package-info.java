/**
 * File transfers: firmware downloads, with proof of how each ended, and uploads by people, part by
 * part and within limits.
 */
@NullMarked
package io.slipway.http.file;

import org.jspecify.annotations.NullMarked;
