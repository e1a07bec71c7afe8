/**
 * Random conversations: devices and the people in front of them do what a script made of a seed
 * says, and a model of the server says what must come of it.
 */
package io.slipway.session.conversation;
