package dev.sluice.load;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// All counters at one time; what is measured is the difference of two.
record Moment(long ns, long published, long delivered, long bytes, OptionalLong serverCpuUs, OptionalLong loadCpuUs) {
    static Moment now(Flow flow, List<Counts> counts, Optional<ServerProcess> server) {
        return new Moment(
                System.nanoTime(),
                flow.acknowledged.get(),
                flow.hasReaders ? flow.delivered() : 0,
                counts.stream().mapToLong(each -> each.bytes.get()).sum(),
                server.map(ServerProcess::cpuUs).orElse(OptionalLong.empty()),
                ServerProcess.self().cpuUs());
    }
}
