/**
 * The console plane: its exit for people and programs, pages of lists, the web UI's files, and the
 * feeds of open pages.
 */
@NullMarked
package io.slipway.http.console;

import org.jspecify.annotations.NullMarked;
