/**
 * The edge kit's ground: what its rooms share and features speak in: requests and answers, problems
 * and their statuses, JSON, who called, and the addresses of other people's servers. Knows no
 * feature, and none of its own rooms.
 */
@NullMarked
package io.slipway.http;

import org.jspecify.annotations.NullMarked;
