package io.slipway.proxy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a class of this class path in a process of its own. */
final class JavaCommand {

    private JavaCommand() {}

    /** The command, to which arguments may be added. */
    static List<String> of(List<String> options, String main) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path")));
        command.addAll(options);
        command.add(main);
        return command;
    }
}
