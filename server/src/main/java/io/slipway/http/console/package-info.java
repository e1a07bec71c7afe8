/**
 * The console plane: the one exit for people and programs, pages of lists, the web UI's files, and
 * the feed that an open page listens to.
 */
@NullMarked
package io.slipway.http.console;

import org.jspecify.annotations.NullMarked;
