/**
 * Which device gets which build, and what became of it. This package assembles the feature and
 * reads the operator's settings; the work is done in its subpackages: {@code rules} decide, {@code
 * grant} grants offers and applies evidence, {@code store} has the SQL, {@code json} the written
 * form, {@code api} the routes. Each uses only those after it in this order: api, grant, store,
 * json, rules.
 */
@NullMarked
package io.slipway.rollout;

import org.jspecify.annotations.NullMarked;
