/** What the check-ins of bound devices report: hardware, firmware, times. */
@NullMarked
package io.slipway.device.profile;

import org.jspecify.annotations.NullMarked;
