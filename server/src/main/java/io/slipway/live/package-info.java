/**
 * Live updates of open pages: which devices come and go, what was bound, the progress of rollouts.
 * Only hints, which may be lost or duplicated: the page then reads the data again.
 */
@NullMarked
package io.slipway.live;

import org.jspecify.annotations.NullMarked;
