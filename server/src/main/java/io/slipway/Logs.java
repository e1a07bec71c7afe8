package io.slipway;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The log: to standard error, one entry per line. */
final class Logs {

    /** A first start should print three lines, not forty. */
    private static final List<String> CHATTY = List.of("org.flywaydb", "com.zaxxer.hikari");

    // Referenced, because the JDK drops the level of a logger that is garbage-collected.
    private static final List<Logger> LEVELLED = new ArrayList<>();

    private Logs() {}

    /**
     * Must run before anything is logged; {@link #set(LogConfig)} follows once settings are read.
     */
    static void set() {
        set(new LogConfig(false, Map.of("", Level.INFO)));
    }

    /** Applies settings, also to what is running. */
    static synchronized void set(LogConfig config) {
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            handler.setFormatter(new LogFormat(config.json()));
            // The loggers decide.
            handler.setLevel(Level.ALL);
        }
        LEVELLED.forEach(logger -> logger.setLevel(null));
        LEVELLED.clear();
        level("", Level.INFO);
        CHATTY.forEach(name -> level(name, Level.WARNING));
        config.levels()
                .forEach((name, level) -> level(name.isEmpty() ? "io.slipway" : name, level));
    }

    private static void level(String name, Level level) {
        Logger logger = Logger.getLogger(name);
        logger.setLevel(level);
        LEVELLED.add(logger);
    }

    /**
     * Runs something at each SIGHUP, which would end the process otherwise; where there is no such
     * signal, as on Windows, nothing happens.
     */
    static void atHangup(Runnable work) {
        // By reflection: javac warns about the type, which has no replacement.
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handling =
                    Proxy.newProxyInstance(
                            handler.getClassLoader(),
                            new Class<?>[] {handler},
                            (proxy, method, arguments) -> {
                                if (method.getName().equals("handle")) {
                                    work.run();
                                    return null;
                                }
                                return method.getName().equals("hashCode")
                                        ? 1
                                        : proxy == arguments[0];
                            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handling);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            Logger.getLogger(Logs.class.getName()).fine(() -> "no SIGHUP here: " + e);
        }
    }
}
