/**
 * Random conversations: houses with devices and their people do what a script made of a seed says,
 * and a mirror of the server says what must come of it.
 */
package io.slipway.session.conversation;
