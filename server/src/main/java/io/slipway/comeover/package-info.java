/**
 * Coming over from another server: reads the database of one of the two open servers that people
 * run, and takes its users, agents, devices and chat texts into the stores of the features that
 * have them. Owns no table; never writes to the other database.
 */
@NullMarked
package io.slipway.comeover;

import org.jspecify.annotations.NullMarked;
