package io.slipway.rollout.grant;

import io.slipway.sql.Tx;
import java.util.Collection;
import java.util.Set;

/** Which of some accounts count in full: administrators' and trusted ones (decisions D11). */
@FunctionalInterface
interface Vouched {

    Set<String> of(Tx tx, Collection<String> accountIds);
}
