package dev.sluice.app.command.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// The memory that the control groups of this process allow, such as those of a container or of a systemd unit
/// (kernel.org, "Control Group v2", and "Memory Resource Controller" of v1). It is read here as well as by the
/// JVM, which took the machine's memory for a container's where it did not know how groups were mounted.
///
/// @param membership the file with the groups of this process
/// @param hierarchy  the folder of all groups
record MemoryLimit(Path membership, Path hierarchy) {
    /// Version 1 writes no limit as almost the greatest number.
    private static final long UNLIMITED = 1L << 60;

    static MemoryLimit ofProcess() {
        return new MemoryLimit(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
    }

    /// The smallest limit in bytes; empty if there is none.
    OptionalLong bytes() {
        try (var groups = Files.lines(membership)) {
            return groups.flatMapToLong(this::limits).min();
        } catch (IOException unknown) { // Not Linux.
            return OptionalLong.empty();
        }
    }

    /// @param group a line such as `0::/system.slice/sluice.service` of version 2, or `5:memory:/docker/1f` of
    ///              version 1
    private LongStream limits(String group) {
        var fields = group.split(":", 3);
        if (fields.length < 3) return LongStream.empty();
        if (fields[1].isEmpty()) return limits(hierarchy, fields[2], "memory.max");
        return Stream.of(fields[1].split(",", -1)).anyMatch("memory"::equals)
                ? limits(hierarchy.resolve("memory"), fields[2], "memory.limit_in_bytes")
                : LongStream.empty();
    }

    /// The limits of a group and of all above it. In a container, its own group may be mounted as the
    /// uppermost one, and its path may lead out of what is mounted.
    private static LongStream limits(Path root, String group, String file) {
        var own = root.resolve(group.substring(1)).normalize();
        return Stream.iterate(
                        own.startsWith(root) ? own : root,
                        folder -> folder != null && folder.startsWith(root),
                        Path::getParent)
                .flatMapToLong(folder -> limit(folder.resolve(file)).stream());
    }

    private static OptionalLong limit(Path file) {
        try {
            long bytes = Long.parseLong(Files.readString(file).strip());
            return bytes > 0 && bytes < UNLIMITED ? OptionalLong.of(bytes) : OptionalLong.empty();
        } catch (IOException | NumberFormatException none) { // The file does not exist, or contains "max".
            return OptionalLong.empty();
        }
    }
}
