package dev.sluice.app;

import dev.sluice.app.command.Sluice;
import dev.sluice.app.command.Surroundings;

/// Where the program begins.
final class Main {
    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

    /// When, how bad, who says it, what, and the stack trace if there is one.
    private static final String LOG_LINE = "%1$tFT%1$tT.%1$tL%1$tz %4$-7s %3$s %5$s%6$s%n";

    private Main() {}

    static void main(String[] args) {
        if (!isLogConfigured()) System.setProperty(LOG_FORMAT, LOG_LINE);
        System.exit(Sluice.run(Surroundings.ofProcess(), args));
    }

    /// Whether the operator has said how the log should look, in one of the ways of `java.util.logging`.
    private static boolean isLogConfigured() {
        return System.getProperty(LOG_FORMAT) != null
                || System.getProperty("java.util.logging.config.file") != null
                || System.getProperty("java.util.logging.config.class") != null;
    }
}
