package dev.sluice.app;

import dev.sluice.app.command.RootCommand;
import java.security.Security;
import java.util.Locale;

/// The entry point of the program.
final class Main {
    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

    /// Time, level, logger, message, and the stack trace if there is one.
    private static final String LOG_LINE = "%1$tFT%1$tT.%1$tL%1$tz %4$-7s %3$s %5$s%6$s\n";

    /// The most platform threads under all virtual ones; 256 by default. Looking up a name holds one
    /// until the name server has answered. In an outage of it, each check of Sense that runs may hold
    /// one, and without others the whole program would stand still.
    private static final String CARRIERS_MAX = "jdk.virtualThreadScheduler.maxPoolSize";

    /// For how many seconds the JVM remembers the address of a name, 30 by default. The libraries of the
    /// cluster remember it for the same time in addition, by a property of the same name. A node that has
    /// moved must be found within a minute.
    private static final String ADDRESSES_AGE = "networkaddress.cache.ttl";

    private static final String ADDRESSES_SECONDS = "10";

    /// Makes the JDK's TLS end a connection whose client asks for another handshake. The JDK reads it once, with
    /// the first handshake of the process as a server, which in a cluster is that of the node with itself.
    private static final String REJECTS_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    private Main() {}

    static void main(String[] args) {
        if (System.getProperty(CARRIERS_MAX) == null) System.setProperty(CARRIERS_MAX, "2048");
        if (Security.getProperty(ADDRESSES_AGE) == null) Security.setProperty(ADDRESSES_AGE, ADDRESSES_SECONDS);
        if (System.getProperty(ADDRESSES_AGE) == null) System.setProperty(ADDRESSES_AGE, ADDRESSES_SECONDS);
        if (System.getProperty(REJECTS_RENEGOTIATION) == null) System.setProperty(REJECTS_RENEGOTIATION, "true");
        // The texts that libraries and the JDK format must not depend on the machine either: log lines, names
        // of levels, usage.
        Locale.setDefault(Locale.ROOT);
        if (!isLogConfigured()) System.setProperty(LOG_FORMAT, LOG_LINE);
        System.exit(RootCommand.runProcess(args));
    }

    /// @return true if the operator configured the format in one of the ways of `java.util.logging`
    private static boolean isLogConfigured() {
        return System.getProperty(LOG_FORMAT) != null
                || System.getProperty("java.util.logging.config.file") != null
                || System.getProperty("java.util.logging.config.class") != null;
    }
}
