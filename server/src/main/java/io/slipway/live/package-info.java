/**
 * What open pages are told as it happens: which devices come and go, what was bound, how rollouts
 * go on. Hints only, that may be lost or come twice: who gets one reads anew.
 */
@NullMarked
package io.slipway.live;

import org.jspecify.annotations.NullMarked;
