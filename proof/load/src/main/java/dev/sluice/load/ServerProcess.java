package dev.sluice.load;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The local processes that listen on a port, and their resource usage, from /proc (proc(5)). Only on Linux, and only
/// for processes of the same user.
final class ServerProcess {
    private static final Path PROC = Path.of("/proc");
    private static final String LISTENING = "0A";
    private static final long TICK_US = 10_000; // USER_HZ is 100 on all Linux systems on which Java runs.
    private static final int UTIME = 11; // Index after the name, which may contain blanks.

    private final List<Path> folders;

    private ServerProcess(List<Path> folders) {
        this.folders = folders;
    }

    /// Returns the processes that listen on a port, if they can be found.
    static Optional<ServerProcess> listeningOn(int port) {
        try {
            var sockets = new HashSet<String>();
            for (var table : List.of("tcp", "tcp6"))
                sockets.addAll(inodes(PROC.resolve("net").resolve(table), port));
            var folders = new ArrayList<Path>();
            try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
                for (var each : all) if (hasOneOf(each, sockets)) folders.add(each);
            }
            return folders.isEmpty() ? Optional.empty() : Optional.of(new ServerProcess(folders));
        } catch (IOException notLinux) {
            return Optional.empty();
        }
    }

    private static Set<String> inodes(Path table, int port) throws IOException {
        var found = new HashSet<String>();
        if (!Files.exists(table)) return found;
        var end = String.format(Locale.ROOT, ":%04X", port);
        for (var line : Files.readAllLines(table)) {
            var fields = line.strip().split(" +", -1);
            if (fields.length > 9 && fields[1].endsWith(end) && fields[3].equals(LISTENING)) {
                found.add("socket:[" + fields[9] + "]");
            }
        }
        return found;
    }

    private static boolean hasOneOf(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var each : descriptors) {
                if (Files.isSymbolicLink(each)
                        && sockets.contains(Files.readSymbolicLink(each).toString())) return true;
            }
            return false;
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    static ServerProcess self() {
        return new ServerProcess(List.of(PROC.resolve("self")));
    }

    /// Returns the user and kernel processor time so far; empty if a process has ended.
    OptionalLong cpuUs() {
        long sum = 0;
        for (var folder : folders) {
            try {
                var stat = Files.readString(folder.resolve("stat"));
                var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                sum += (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) * TICK_US;
            } catch (IOException gone) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(sum);
    }

    /// Returns the resident memory; shared memory is counted for each process.
    OptionalLong rssBytes() {
        long sum = 0;
        for (var folder : folders) {
            try (var lines = Files.lines(folder.resolve("status"))) {
                sum += lines.filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                        .sum();
            } catch (IOException gone) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(sum);
    }
}
