/** Checks the API's document against the routes and against real answers. */
package io.slipway.api;
