package dev.sluice.lab.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Measures a JVM of the same user without its JIT compiler, through /proc (proc(5)), so on Linux only.
/// `schedstat` counts nanoseconds for each thread. The process-wide figures count hundredths of a second,
/// which is too coarse for ten events per second.
final class ProcessProbe {
    private static final Path PROC = Path.of("/proc");

    private final Path process;

    /// Processor time by thread. A thread that has ended keeps the last value that was read.
    private final Map<String, Long> cpuNs = new HashMap<>();

    ProcessProbe(long pid) {
        this(PROC.resolve(Long.toString(pid)));
    }

    /// @param process the folder of the process
    ProcessProbe(Path process) {
        this.process = process;
    }

    /// Returns what the process has used so far; empty if this system does not report it.
    synchronized Optional<HubUsage> usage() {
        if (!Files.exists(process.resolve("schedstat"))) return Optional.empty();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path each : threads) {
                try {
                    if (isCompiler(each)) continue;
                    String stat = Files.readString(each.resolve("schedstat"));
                    cpuNs.put(each.getFileName().toString(), Long.parseLong(stat.substring(0, stat.indexOf(' '))));
                } catch (IOException ended) {
                    // The last value that was read still counts. If the thread ends between opening and reading, the
                    // error is "no such process", not NoSuchFileException.
                }
            }
            long sum = cpuNs.values().stream().mapToLong(Long::longValue).sum();
            return Optional.of(new HubUsage(sum, rssBytes()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// The compiler's time is excluded: it matters in a process that is a minute old, but not in one that has
    /// run for days, which is the case of interest.
    private static boolean isCompiler(Path thread) throws IOException {
        return Files.readString(thread.resolve("comm"))
                .contains(" CompilerThre"); // The kernel cuts names to 15 characters.
    }

    private long rssBytes() throws IOException {
        for (String line : Files.readAllLines(process.resolve("status"))) {
            if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
        }
        return 0;
    }
}
