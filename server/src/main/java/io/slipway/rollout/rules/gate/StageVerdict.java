package io.slipway.rollout.rules.gate;

import io.slipway.rollout.rules.attempt.Stratum;
import java.util.Map;

/**
 * The result for a stage.
 *
 * @param whole the verdict on the rollout
 * @param strata each stratum's verdict; a halted one halts alone
 * @param halts all that has halted, including before
 */
public record StageVerdict(Verdict whole, Map<Stratum, Verdict> strata, Halts halts) {}
