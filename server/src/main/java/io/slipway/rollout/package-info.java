/**
 * Who gets which build, and what became of it. Here the feature is put together and told what the
 * operator has settled; the work is done in its rooms: {@code rules} decide, {@code grant} offers
 * and takes evidence in, {@code store} has the SQL, {@code json} the written form, {@code api} the
 * routes. Each uses only those before it: api, grant, store, json, rules.
 */
@NullMarked
package io.slipway.rollout;

import org.jspecify.annotations.NullMarked;
