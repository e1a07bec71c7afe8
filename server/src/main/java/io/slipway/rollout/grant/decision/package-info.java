/** Why a device was or was not offered a build. */
@NullMarked
package io.slipway.rollout.grant.decision;

import org.jspecify.annotations.NullMarked;
