/**
 * How work is organised inside one process: what is done again and again, and who is told when
 * something happens. Knows no feature.
 */
@NullMarked
package io.slipway.work;

import org.jspecify.annotations.NullMarked;
