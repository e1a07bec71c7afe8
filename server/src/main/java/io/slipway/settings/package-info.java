/**
 * Settings: read from a file and the environment, each with its default, its limits and its
 * description. Every kit and feature reads its own record from here; this package knows none of
 * them.
 */
@NullMarked
package io.slipway.settings;

import org.jspecify.annotations.NullMarked;
