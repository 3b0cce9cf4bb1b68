package dev.sluice.demos;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.Message;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;

/// A data wall that shows the real load of this machine once a second. A page first reads the last five
/// minutes, so its charts are complete at once. The hub's own figures are in its channel `$stats`.
final class Wall implements Use {
    static final String CHANNEL = "demos/wall";

    private static final Duration PERIOD = Duration.ofSeconds(1);

    /// The load of one second. Shares are from 0 to 1, or negative if this machine does not report them.
    ///
    /// @param machineCpu the share of all processors in use
    /// @param hubCpu     the share of all processors that this process uses
    /// @param memory     bytes in use
    record MachineLoad(int processors, double machineCpu, double hubCpu, long memory, long memoryMax) {}

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
        Use.watched(hub, routes, CHANNEL, PERIOD, () -> Message.json(now()));
    }

    private static MachineLoad now() {
        var machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new MachineLoad(
                machine.getAvailableProcessors(),
                machine.getCpuLoad(),
                machine.getProcessCpuLoad(),
                machine.getTotalMemorySize() - machine.getFreeMemorySize(),
                machine.getTotalMemorySize());
    }
}
