package io.slipway.rollout.rules.gate;

import io.slipway.rollout.rules.attempt.Stratum;
import java.util.Map;

/**
 * What becomes of a stage.
 *
 * @param whole what becomes of the rollout
 * @param strata what each stratum's gate says; a halted one halts alone
 * @param halts all that has halted, what had before included
 */
public record StageVerdict(Verdict whole, Map<Stratum, Verdict> strata, Halts halts) {}
