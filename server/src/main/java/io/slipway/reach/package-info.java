/** How devices reach this server: the addresses that they are given, and whether these work. */
@NullMarked
package io.slipway.reach;

import org.jspecify.annotations.NullMarked;
