package dev.sluice.demos;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.Message;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;

/// A data wall: once a second, how busy this machine and this hub really are. A page reads the last five
/// minutes first, so its charts are complete at once.
final class Wall implements Use {
    static final String CHANNEL = "demos/wall";

    private static final Duration PERIOD = Duration.ofSeconds(1);

    /// The figures of one second. Shares are from 0 to 1, or negative if this machine does not tell them;
    /// memory is in bytes.
    ///
    /// @param machineCpu  share of all processors in use
    /// @param hubCpu      share of all processors that this process uses
    /// @param heap        used by this process
    /// @param connections open connections of the hub
    record Figures(
            int processors,
            double machineCpu,
            double hubCpu,
            long memory,
            long memoryMax,
            long heap,
            long heapMax,
            int threads,
            int connections,
            long uptimeSeconds) {}

    @Override
    public String name() {
        return "wall";
    }

    @Override
    public Map<String, String> retention() {
        return Map.of("retention.max_events", "900", "retention.max_age", "15m");
    }

    @Override
    public void on(Sluice hub, Routes routes) {
        Use.watched(
                hub,
                routes,
                new Feed(
                        hub,
                        CHANNEL,
                        PERIOD,
                        () -> hub.channel(CHANNEL)
                                .publish(Message.json(figures(hub)))
                                .isStored()));
    }

    private static Figures figures(Sluice hub) {
        var machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return new Figures(
                machine.getAvailableProcessors(),
                machine.getCpuLoad(),
                machine.getProcessCpuLoad(),
                machine.getTotalMemorySize() - machine.getFreeMemorySize(),
                machine.getTotalMemorySize(),
                heap.getUsed(),
                heap.getMax(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                hub.connections(),
                Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime())
                        .toSeconds());
    }
}
