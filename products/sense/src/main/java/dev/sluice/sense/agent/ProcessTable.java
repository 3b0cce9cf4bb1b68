package dev.sluice.sense.agent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/// The processes that use the most CPU and the most memory. Reading all processes is most of an agent's work,
/// so it is done only once in [#EVERY] measurements; the CPU of a process covers the time in between.
final class ProcessTable {
    static final int EVERY = 5;
    private static final int TOP = 5;

    private record Usage(OSProcess process, double cpu) {}

    private final OperatingSystem system;
    private Map<Integer, OSProcess> before = Map.of();
    private List<Map<String, Object>> top = List.of();
    private long count;

    ProcessTable(OperatingSystem system) {
        this.system = system;
    }

    List<Map<String, Object>> top() {
        if (count++ % EVERY != 0) return top;
        Map<Integer, OSProcess> now = new HashMap<>();
        List<Usage> all = new ArrayList<>();
        for (OSProcess process : system.getProcesses()) {
            now.put(process.getProcessID(), process);
            all.add(new Usage(process, process.getProcessCpuLoadBetweenTicks(before.get(process.getProcessID()))));
        }
        before = now;
        Set<Usage> chosen = new LinkedHashSet<>();
        all.stream()
                .sorted(Comparator.comparingDouble(Usage::cpu).reversed())
                .limit(TOP)
                .forEach(chosen::add);
        all.stream()
                .sorted(Comparator.comparingLong((Usage each) -> each.process.getResidentSetSize())
                        .reversed())
                .limit(TOP)
                .forEach(chosen::add);
        top = chosen.stream().map(ProcessTable::json).toList();
        return top;
    }

    private static Map<String, Object> json(Usage usage) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("pid", usage.process.getProcessID());
        all.put("name", usage.process.getName());
        all.put("cpu", MachineProbe.tenth(100 * usage.cpu));
        all.put("memory", usage.process.getResidentSetSize());
        return all;
    }
}
