package io.slipway.simulator.fleet;

import io.slipway.simulator.board.Variant;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The frequency of each kind of device in a fleet.
 *
 * @param weights at least one above 0
 */
public record Mix(Map<Variant, Integer> weights) {

    /** Mostly current boards, and some of everything else. */
    public static final Mix DEFAULT =
            parse("wifi=57,ml307=15,raw-ssid=5,serial=5,v1.7=3,v1.6=2,v1.5=5,v1.0=3,py=5");

    public Mix {
        weights = Map.copyOf(weights);
        if (weights.values().stream().anyMatch(w -> w < 0 || w > 1_000_000)
                || weights.values().stream().mapToInt(Integer::intValue).sum() == 0) {
            throw new IllegalArgumentException("weights of 0 to 1000000, not all 0");
        }
    }

    /** A fleet of one kind. */
    public static Mix only(Variant variant) {
        return new Mix(Map.of(variant, 1));
    }

    /**
     * Parses {@code wifi=70,ml307=30}.
     *
     * @throws IllegalArgumentException with the error
     */
    public static Mix parse(String text) {
        var weights = new EnumMap<Variant, Integer>(Variant.class);
        for (String part : text.split(",")) {
            String[] pair = part.strip().split("=", 2);
            Variant variant =
                    Variant.labelled(pair[0])
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "no kind of device called "
                                                    + pair[0]
                                                    + ", known: "
                                                    + labels()));
            String weight = pair.length == 1 ? "1" : pair[1];
            if (!weight.matches("[0-9]{1,7}")) {
                throw new IllegalArgumentException("not a weight: " + weight);
            }
            weights.put(variant, Integer.parseInt(weight));
        }
        return new Mix(weights);
    }

    private static String labels() {
        return Stream.of(Variant.values()).map(Variant::label).collect(Collectors.joining(", "));
    }

    /** The kind of device number {@code index}; the same seed gives the same fleet. */
    Variant variant(long seed, int index) {
        int sum = weights.values().stream().mapToInt(Integer::intValue).sum();
        int drawn = new SplittableRandom(seed * 1_000_003 + index).nextInt(sum);
        for (Variant variant : Variant.values()) {
            drawn -= weights.getOrDefault(variant, 0);
            if (drawn < 0) {
                return variant;
            }
        }
        throw new IllegalStateException("the weights changed");
    }
}
