package dev.sluice.server.slow;

import dev.sluice.server.TestServer;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Bytes held now: on the heap after a collection, in Netty's and our own native memory, in the kernel's queues of
/// sockets.
record Memory(long heap, long direct, long encoded, long kernel) {
    static Memory of(TestServer server) {
        System.gc();
        return new Memory(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric()
                        .usedDirectMemory(),
                server.server().hub().encodedBytes(),
                kernelBytes(server));
    }

    /// The bytes that sockets of the server and of its clients have not sent or not read, by the kernel's tables:
    /// lines as `0: 0100007F:1F90 0100007F:9C40 01 00000400:00000000 …`, with ports and both queues in hexadecimal.
    /// (The memory of all sockets, in `sockstat`, has those of other programs.)
    private static long kernelBytes(TestServer server) {
        String port = ":%04X".formatted(server.server().uri().getPort());
        try {
            long sum = 0;
            for (String table : List.of("tcp", "tcp6")) {
                for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                    String[] columns = line.strip().split("\\s+");
                    if (!columns[1].endsWith(port) && !columns[2].endsWith(port)) continue;
                    for (String queue : columns[4].split(":")) sum += Long.parseLong(queue, 16);
                }
            }
            return sum;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
