package io.slipway.simulator.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionTableTest {

    private final OptionTable table = new OptionTable("a ship 一条船\n", "Exit code 0: afloat.\n");
    private final OptionValue<Integer> crew = table.whole("--crew N", 1, 99, 5, "who sail");
    private final OptionValue<Long> seed = table.number("--seed N", 1, "the same weather");
    private final OptionValue<String> name = table.text("--name TEXT", "", "on the bow");
    private final OptionValue<Boolean> sails = table.flag("--sails", "no engine");
    private final OptionValue<Set<DayOfWeek>> days =
            table.some("--days A,B", DayOfWeek.class, "when they sail");
    private final OptionValue<String> port =
            table.value("--port NAME", "home", OptionTableTest::port, "where she lies");

    private static String port(String text) {
        if (text.equals("Atlantis")) {
            throw new IllegalArgumentException("it sank");
        }
        return text;
    }

    private void read(String... args) {
        table.read(wrong -> {}, args);
    }

    private void assertWrong(String sentence, String... args) {
        assertThatThrownBy(() -> read(args))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        read();
        assertThat(crew.get()).isEqualTo(5);
        assertThat(crew.isGiven()).isFalse();
        assertThat(seed.get()).isEqualTo(1);
        assertThat(name.get()).isEmpty();
        assertThat(sails.get()).isFalse();
        assertThat(days.get()).containsExactlyInAnyOrder(DayOfWeek.values());
        assertThat(port.get()).isEqualTo("home");
    }

    @Test
    void valuesFollowABlankOrAnEqualsSignAndTheLastOneCounts() {
        read("--crew", "7", "--sails", "--days=Monday,friday", "--crew=8", "--name", "@home=a b");
        assertThat(crew.get()).isEqualTo(8);
        assertThat(crew.isGiven()).isTrue();
        assertThat(sails.get()).isTrue();
        assertThat(days.get()).containsExactlyInAnyOrder(DayOfWeek.MONDAY, DayOfWeek.FRIDAY);
        assertThat(name.get()).isEqualTo("@home=a b");
    }

    @Test
    void aNumberOutOfRangeIsReportedWithItsLimits() {
        assertWrong("--crew is 100 instead of a whole number from 1 to 99", "--crew", "100");
        assertWrong("--crew is x instead of a whole number from 1 to 99", "--crew=x");
        assertWrong("--crew is  instead of a whole number from 1 to 99", "--crew=");
        assertWrong("--seed is 1.5 instead of a whole number", "--seed=1.5");
    }

    @Test
    void anOptionWithoutItsValueIsNamed() {
        assertWrong("--crew without a value", "--crew");
        assertWrong("--crew without a value", "--crew", "--sails");
        assertThat(crew.isGiven()).isTrue();
        assertThat(crew.get()).isEqualTo(5);
        assertThat(port.isGiven()).isFalse();
    }

    @Test
    void anUnknownOptionIsNamedWithThoseThatAreLikeIt() {
        assertWrong("unknown option --mast", "--mast");
        assertWrong("unknown option --mast=2; unknown option oak", "--mast=2", "oak");
        assertWrong("unknown option --cres (there is --crew)", "--cres");
    }

    @Test
    void anInvalidValueIsReportedAsGiven() {
        assertWrong("--port: it sank", "--port", "Atlantis");
        assertWrong(
                "--days has noday instead of monday, tuesday, wednesday, thursday, friday, saturday"
                        + " or sunday",
                "--days=monday,noday");
    }

    @Test
    void aFlagTakesNoValue() {
        assertThatThrownBy(() -> read("--sails=red")).hasMessageContaining("--sails");
    }

    @Test
    void everythingIsReportedInTheOrderOfTheLine() {
        assertThatThrownBy(() ->
                        table.read(
                                wrong -> wrong.accept("no captain among " + crew.get()),
                                "--port=Atlantis",
                                "--oars",
                                "--crew=0",
                                "--name"))
                .hasMessage(
                        "--port: it sank; unknown option --oars; --crew is 0 instead of a whole"
                                + " number from 1 to 99; --name without a value; no captain among"
                                + " 5");
    }

    @Test
    void theHelpHasAllOptionsInTheirOrderWithLimitsAndDefaults() {
        assertThat(table.help().lines())
                .containsExactly(
                        "a ship 一条船",
                        "",
                        "      --crew N      who sail, 1 to 99 (5)",
                        "      --seed N      the same weather (1)",
                        "      --name TEXT   on the bow",
                        "      --sails       no engine",
                        "      --days A,B    when they sail"
                                + " (monday,tuesday,wednesday,thursday,friday,saturday,sunday)",
                        "      --port NAME   where she lies (home)",
                        "  -h, --help        show this help",
                        "",
                        "Exit code 0: afloat.");
    }

    @Test
    void helpIsAskedForByEitherName() {
        assertThat(OptionTable.asksForHelp("--crew=1", "--help")).isTrue();
        assertThat(OptionTable.asksForHelp("-h")).isTrue();
        assertThat(OptionTable.asksForHelp("--crew=1")).isFalse();
    }
}
