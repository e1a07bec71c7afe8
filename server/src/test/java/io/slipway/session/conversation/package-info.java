/**
 * Random conversations: devices and the people in front of them follow a script generated from a
 * seed, and a model of the server determines the expected result.
 */
package io.slipway.session.conversation;
