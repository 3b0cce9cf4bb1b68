package dev.sluice.sense.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The memory that the agent's container may use (kernel.org, "Control Group v2", and "Memory Resource
/// Controller" of v1). Outside a container, the root of the hierarchy has no such files, or they contain no
/// limit.
record MemoryLimit(Path hierarchy) {
    /// The memory in use.
    ///
    /// @param total the limit
    /// @param used  without memory that the kernel can reclaim at once
    record Usage(long total, long used) {}

    /// @param most the memory of the machine
    /// @return empty if there is no limit below `most`
    Optional<Usage> usage(long most) {
        return usage(hierarchy, "memory.max", "memory.current", "inactive_file", most)
                .or(() -> usage(
                        hierarchy.resolve("memory"),
                        "memory.limit_in_bytes",
                        "memory.usage_in_bytes",
                        "total_inactive_file",
                        most));
    }

    private static Optional<Usage> usage(Path folder, String limit, String usage, String cache, long most) {
        try {
            long total = Long.parseLong(Files.readString(folder.resolve(limit)).strip());
            if (total <= 0 || total >= most) return Optional.empty();
            long used = Long.parseLong(Files.readString(folder.resolve(usage)).strip());
            long cached = Files.readAllLines(folder.resolve("memory.stat")).stream()
                    .filter(line -> line.startsWith(cache + " "))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(cache.length() + 1).strip()))
                    .sum();
            return Optional.of(new Usage(total, Math.max(0, used - cached)));
        } catch (IOException | NumberFormatException none) { // The file does not exist, or contains "max".
            return Optional.empty();
        }
    }
}
