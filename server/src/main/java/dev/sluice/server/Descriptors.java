package dev.sluice.server;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The file descriptors of this process. Sockets that took all of them would leave none to the log, which then fails
/// for good: so connections are limited to what is left.
///
/// @param max  how many there may be (RLIMIT_NOFILE)
/// @param open how many there are
record Descriptors(long max, long open) {
    /// For what opens files now and then: pages of a program, connections to other servers, `jstack`.
    private static final int SPARE = 8;

    /// A hub with fewer is of no use to anybody. Below, the log may lack a descriptor, fail, and say so.
    private static final int SOCKETS_MIN = 8;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final File OPEN = new File("/proc/self/fd");
    private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files +(\\d+)");

    /// Now. Where nobody says, as outside Linux, there is no limit.
    static Descriptors ofProcess() {
        try {
            Matcher limit = LIMIT.matcher(Files.readString(LIMITS));
            String[] open = OPEN.list();
            if (open != null && limit.find()) return new Descriptors(Long.parseLong(limit.group(1)), open.length);
        } catch (IOException unknown) {
            return new Descriptors(Integer.MAX_VALUE, 0);
        }
        return new Descriptors(Integer.MAX_VALUE, 0);
    }

    /// How many sockets there may be.
    ///
    /// @param reserved for the log
    int sockets(int reserved) {
        return Math.clamp(max - open - reserved - SPARE, SOCKETS_MIN, Integer.MAX_VALUE);
    }
}
