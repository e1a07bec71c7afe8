package io.slipway.agent;

import io.slipway.sql.Tx;
import java.util.Optional;

public final class Agents {
    public record Agent(String id) {}

    public Agent require(Tx tx, String a, String b) {
        return new Agent(b);
    }

    public Optional<Agent> find(Tx tx, String a, String b) {
        return Optional.of(new Agent(b));
    }
}
