package io.slipway.simulator.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The options of a command, in the order of its help. Picocli parses the command line and formats
 * the help; this adds limits, and error messages that say what a value should have been.
 *
 * <p>An option is named as in the help, {@code --devices N}. Its description there ends with its
 * limits and its default.
 */
public final class OptionTable {

    private static final List<String> HELP = List.of("-h", "--help");

    private final CommandSpec spec = CommandSpec.create();
    private final CommandLine line = new CommandLine(spec);

    /**
     * @param place position of the argument
     */
    private record Problem(int place, String text) {}

    /**
     * @param header lines above the options in the help
     * @param footer lines below them
     */
    public OptionTable(String header, String footer) {
        spec.usageMessage()
                .header(header)
                .footer("", footer.stripTrailing())
                .sortOptions(false)
                .width(100)
                .longOptionsMaxWidth(24)
                .sectionKeys(
                        List.of(
                                UsageMessageSpec.SECTION_KEY_HEADER,
                                UsageMessageSpec.SECTION_KEY_OPTION_LIST,
                                UsageMessageSpec.SECTION_KEY_FOOTER));
        line.setOverwrittenOptionsAllowed(true)
                .setPosixClusteredShortOptionsAllowed(false)
                // A password may begin with an @.
                .setExpandAtFiles(false);
        spec.parser().collectErrors(true);
    }

    /** Whether help is requested, regardless of other arguments. */
    public static boolean asksForHelp(String... args) {
        return Stream.of(args).anyMatch(HELP::contains);
    }

    // ------------------------------------------------------------ options

    /** An option without a value. */
    public OptionValue<Boolean> flag(String name, String description) {
        return add(
                OptionSpec.builder(name)
                        .type(boolean.class)
                        .arity("0")
                        .initialValue(false)
                        .description(description));
    }

    public OptionValue<String> text(String name, String standard, String description) {
        return value(name, standard, Function.identity(), description);
    }

    /** An integer within limits, both inclusive. */
    public OptionValue<Integer> whole(
            String name, int from, int to, int standard, String description) {
        String limits = ", " + from + " to " + to;
        return value(name, "" + standard, text -> whole(text, from, to), description + limits);
    }

    /** Any integer. */
    public OptionValue<Long> number(String name, long standard, String description) {
        return value(name, "" + standard, OptionTable::number, description);
    }

    /**
     * Constants of an enum by their names in lower case, separated by commas; by default all of
     * them.
     */
    public <E extends Enum<E>> OptionValue<Set<E>> some(
            String name, Class<E> type, String description) {
        List<String> names =
                EnumSet.allOf(type).stream().map(e -> e.name().toLowerCase(Locale.ROOT)).toList();
        String known =
                String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast();
        return value(
                name,
                String.join(",", names),
                text -> {
                    var chosen = EnumSet.noneOf(type);
                    for (String each : text.split(",", -1)) {
                        if (!names.contains(each.toLowerCase(Locale.ROOT))) {
                            throw new TypeConversionException(
                                    " has " + each + " instead of " + known);
                        }
                        chosen.add(Enum.valueOf(type, each.toUpperCase(Locale.ROOT)));
                    }
                    return Set.copyOf(chosen);
                },
                description);
    }

    /**
     * Any other option.
     *
     * @param standard in the same form as a value; not in the help if empty
     * @param read throws {@link #insteadOf}, or another {@link IllegalArgumentException} with the
     *     error
     */
    public <V> OptionValue<V> value(
            String name, String standard, Function<String, V> read, String description) {
        String[] nameAndLabel = name.split(" ", 2);
        ITypeConverter<V> converter = read::apply;
        return add(
                OptionSpec.builder(nameAndLabel[0])
                        .paramLabel(nameAndLabel[1])
                        .type(Object.class)
                        .arity("1")
                        .converters(converter)
                        .initialValue(read.apply(standard))
                        .description(
                                description + (standard.isEmpty() ? "" : " (" + standard + ")")));
    }

    private <V> OptionValue<V> add(OptionSpec.Builder builder) {
        OptionSpec option = builder.build();
        spec.addOption(option);
        return new OptionValue<>(option);
    }

    /**
     * Parses an integer within limits, both inclusive.
     *
     * @throws IllegalArgumentException from {@link #insteadOf}
     */
    public static int whole(String text, int from, int to) {
        try {
            int value = Integer.parseInt(text);
            if (value >= from && value <= to) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw insteadOf(text, "a whole number from " + from + " to " + to);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw insteadOf(text, "a whole number");
        }
    }

    /** The error for an invalid value: {@code a time such as 90s}. */
    public static RuntimeException insteadOf(String text, String right) {
        return new TypeConversionException(" is " + text + " instead of " + right);
    }

    // ------------------------------------------------------------ reading

    String help() {
        spec.addOption(
                OptionSpec.builder(HELP.toArray(String[]::new))
                        .usageHelp(true)
                        .description("show this help")
                        .build());
        // Only for the help: parsing must accept "--name=value", too.
        return line.setSeparator(" ").getUsageMessage(Help.Ansi.OFF);
    }

    /**
     * Parses {@code --name value} and {@code --name=value}; if an option occurs twice, the last one
     * counts.
     *
     * @param check reports further errors
     * @throws IllegalArgumentException with all errors, in one line
     */
    void read(Consumer<Consumer<String>> check, String... args) {
        List<String> given = Arrays.asList(args);
        List<String> problems =
                line.parseArgs(args).errors().stream()
                        .flatMap(error -> problems(error, given))
                        .sorted(Comparator.comparingInt(Problem::place))
                        .map(Problem::text)
                        .collect(Collectors.toCollection(ArrayList::new));
        check.accept(problems::add);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private Stream<Problem> problems(Exception error, List<String> args) {
        return switch (error) {
            case UnmatchedArgumentException e ->
                    e.getUnmatched().stream()
                            .map(arg -> new Problem(args.indexOf(arg), unknown(arg)));
            case MissingParameterException e ->
                    Stream.of(problem(e.getMissing().getFirst(), " without a value", args));
            case ParameterException e when e.getArgSpec() != null ->
                    Stream.of(problem(e.getArgSpec(), invalid(e), args));
            default -> Stream.of(new Problem(args.size(), String.valueOf(error.getMessage())));
        };
    }

    private String unknown(String arg) {
        List<String> similar = new UnmatchedArgumentException(line, List.of(arg)).getSuggestions();
        String hint = similar.isEmpty() ? "" : " (there is " + String.join(", ", similar) + ")";
        return "unknown option " + arg + hint;
    }

    private static Problem problem(ArgSpec argument, String what, List<String> args) {
        // There are no positional arguments.
        var option = (OptionSpec) argument;
        int place =
                IntStream.range(0, args.size())
                        .filter(i -> OptionValue.isNamed(option, args.get(i)))
                        .findFirst()
                        .orElse(args.size());
        return new Problem(place, option.longestName() + what);
    }

    private static String invalid(ParameterException e) {
        Throwable cause = e.getCause();
        String reason = String.valueOf((cause == null ? e : cause).getMessage());
        return cause instanceof TypeConversionException ? reason : ": " + reason;
    }
}
