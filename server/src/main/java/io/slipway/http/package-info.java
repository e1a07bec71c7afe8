/**
 * The foundation of the edge kit, shared by its subpackages and by features: requests and
 * responses, problems and their statuses, JSON, peers, and addresses of external servers.
 * Independent of all features and of its own subpackages.
 */
@NullMarked
package io.slipway.http;

import org.jspecify.annotations.NullMarked;
