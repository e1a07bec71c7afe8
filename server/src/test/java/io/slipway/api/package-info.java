/** The API's document, held against the routes and against real answers. */
package io.slipway.api;
