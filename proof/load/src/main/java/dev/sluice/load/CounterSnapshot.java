package dev.sluice.load;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A snapshot of all counters. The report is computed from the difference of two.
record CounterSnapshot(
        long ns, long published, long delivered, long bytes, OptionalLong serverCpuUs, OptionalLong loadCpuUs) {
    static CounterSnapshot now(InFlightDeliveries flow, List<Counts> counts, Optional<ServerProcess> server) {
        return new CounterSnapshot(
                System.nanoTime(),
                flow.acknowledged.get(),
                flow.hasReaders ? flow.delivered() : 0,
                counts.stream().mapToLong(each -> each.bytes.get()).sum(),
                server.map(ServerProcess::cpuUs).orElse(OptionalLong.empty()),
                ServerProcess.self().cpuUs());
    }
}
