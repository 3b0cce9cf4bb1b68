package dev.sluice.server.slow;

import dev.sluice.server.TestServer;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// Bytes held now: on the heap after a collection, in Netty's and our own native memory, in the kernel for TCP.
record Memory(long heap, long direct, long encoded, long kernel) {
    private static final long PAGE_BYTES = 4096;

    static Memory of(TestServer server) {
        System.gc();
        return new Memory(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric()
                        .usedDirectMemory(),
                server.server().hub().encodedBytes(),
                kernelBytes());
    }

    /// `TCP: inuse 5 orphan 0 tw 3 alloc 7 mem 2`, the last in pages.
    private static long kernelBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/net/sockstat"))) {
                if (line.startsWith("TCP:"))
                    return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)) * PAGE_BYTES;
            }
            throw new AssertionError("/proc/net/sockstat has no line for TCP");
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
