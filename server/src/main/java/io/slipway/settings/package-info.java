/**
 * How settings are read: from a file and the environment, each with its default, its limits and
 * what people are told of it. Every kit and feature reads its own record from here; knows none of
 * them.
 */
@NullMarked
package io.slipway.settings;

import org.jspecify.annotations.NullMarked;
