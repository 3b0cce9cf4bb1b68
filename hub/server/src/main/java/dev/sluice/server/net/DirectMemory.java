package dev.sluice.server.net;

import io.netty.util.internal.PlatformDependent;

/// The memory outside the heap that holds what sockets read and write.
public final class DirectMemory {
    private DirectMemory() {}

    /// The limit in bytes: `-XX:MaxDirectMemorySize`, by default as much as the heap may take.
    public static long bytesMax() {
        return PlatformDependent.maxDirectMemory();
    }
}
