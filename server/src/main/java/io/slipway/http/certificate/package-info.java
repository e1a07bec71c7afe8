/** The server's certificate: read, checked against what firmware needs, and read again. */
@NullMarked
package io.slipway.http.certificate;

import org.jspecify.annotations.NullMarked;
