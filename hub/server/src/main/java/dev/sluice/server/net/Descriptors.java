package dev.sluice.server.net;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The file descriptors of this process. If sockets took all of them, the log would get none and fail permanently;
/// therefore connections are limited to the remaining ones.
///
/// @param max  the limit of the process (RLIMIT_NOFILE)
/// @param open the number of open descriptors
public record Descriptors(long max, long open) {
    /// Reserved for occasional use: files of an embedding program, connections to other servers, `jstack`.
    private static final int SPARE = 8;

    /// A hub with fewer sockets is useless. Below this minimum the log may run out of descriptors, fail, and
    /// report it.
    private static final int SOCKETS_MIN = 8;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final File OPEN = new File("/proc/self/fd");
    private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files +(\\d+)");

    /// The current state. Where it is unknown, as outside Linux, there is no limit.
    public static Descriptors ofProcess() {
        try {
            Matcher limit = LIMIT.matcher(Files.readString(LIMITS));
            String[] open = OPEN.list();
            if (open != null && limit.find()) return new Descriptors(Long.parseLong(limit.group(1)), open.length);
        } catch (IOException unknown) {
            return new Descriptors(Integer.MAX_VALUE, 0);
        }
        return new Descriptors(Integer.MAX_VALUE, 0);
    }

    /// The maximum number of open sockets.
    ///
    /// @param reserved descriptors for the log
    public int sockets(int reserved) {
        return Math.clamp(max - open - reserved - SPARE, SOCKETS_MIN, Integer.MAX_VALUE);
    }
}
