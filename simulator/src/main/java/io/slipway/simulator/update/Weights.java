package io.slipway.simulator.update;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Choices with their frequencies.
 *
 * @param choices at least one
 */
record Weights<T>(List<Choice<T>> choices) {

    record Choice<T>(T what, int weight) {}

    Weights {
        choices = List.copyOf(choices);
        if (choices.stream().mapToInt(Choice::weight).sum() == 0) {
            throw new IllegalArgumentException("weights that are not all 0");
        }
    }

    /**
     * Parses {@code a=70,b=30}; the default weight is 1.
     *
     * @throws IllegalArgumentException with the error
     */
    static <T> Weights<T> parse(String text, Function<String, T> read) {
        var choices = new ArrayList<Choice<T>>();
        for (String part : text.split(",")) {
            String[] pair = part.strip().split("=", 2);
            String weight = pair.length == 1 ? "1" : pair[1];
            if (!weight.matches("[0-9]{1,6}")) {
                throw new IllegalArgumentException("not a weight: " + weight);
            }
            choices.add(new Choice<>(read.apply(pair[0]), Integer.parseInt(weight)));
        }
        return new Weights<>(choices);
    }

    T draw(SplittableRandom random) {
        int drawn = random.nextInt(choices.stream().mapToInt(Choice::weight).sum());
        for (Choice<T> choice : choices) {
            drawn -= choice.weight();
            if (drawn < 0) {
                return choice.what();
            }
        }
        throw new IllegalStateException("the weights changed");
    }
}
