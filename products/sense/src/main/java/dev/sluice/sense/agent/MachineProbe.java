package dev.sluice.sense.agent;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.software.os.OSFileStore;
import oshi.software.os.OperatingSystem;

/// Measures the machine with OSHI. Figures that change slowly or are expensive are read less often and
/// repeated in between: disks, processes, temperatures, the list of network interfaces.
public final class MachineProbe implements Probe {
    private static final int DISKS_MAX = 32;

    /// Smaller file systems are interfaces to the kernel, not disks.
    private static final long DISK_BYTES_MIN = 16L << 20;

    private static final int SLOW_EVERY = 10;

    private final HardwareAbstractionLayer hardware;
    private final OperatingSystem system;
    private final CentralProcessor processor;
    private final GlobalMemory memory;
    private final MemoryLimit limit = new MemoryLimit(Path.of("/sys/fs/cgroup"));
    private final TemperatureSensors thermometers;
    private final NetworkRates network;
    private final DiskRates diskRates;
    private final ProcessTable processes;
    private final Map<String, Object> fixed = new LinkedHashMap<>();
    private long[] ticks;
    private long count;
    private List<Map<String, Object>> disks = List.of();
    private List<Map<String, Object>> temperatures = List.of();

    public MachineProbe() {
        var info = new SystemInfo();
        hardware = info.getHardware();
        system = info.getOperatingSystem();
        processor = hardware.getProcessor();
        memory = hardware.getMemory();
        thermometers = new TemperatureSensors(Path.of("/sys/class/hwmon"), hardware.getSensors());
        network = new NetworkRates(hardware);
        diskRates = new DiskRates(hardware);
        processes = new ProcessTable(system);
        ticks = processor.getSystemCpuLoadTicks();
        fixed.put("host", system.getNetworkParams().getHostName());
        fixed.put("os", system.getFamily() + " " + system.getVersionInfo().getVersion());
        fixed.put("cores", processor.getLogicalProcessorCount());
        fixed.put("boot", Instant.ofEpochSecond(system.getSystemBootTime()).toString());
    }

    @Override
    public Map<String, Object> measure() {
        if (count++ % SLOW_EVERY == 0) {
            disks = disks();
            temperatures = thermometers.measure();
        }
        Map<String, Object> all = new LinkedHashMap<>(fixed);
        all.put("uptime_s", system.getSystemUptime());
        all.put("cpu", cpu());
        double[] load = processor.getSystemLoadAverage(3);
        if (load[0] >= 0)
            all.put(
                    "load",
                    Arrays.stream(load).map(MachineProbe::hundredth).boxed().toList());
        long total = memory.getTotal();
        all.put(
                "memory",
                limit.usage(total)
                        .map(usage -> space(usage.total(), usage.used()))
                        .orElseGet(() -> space(total, total - memory.getAvailable())));
        var swap = memory.getVirtualMemory();
        if (swap.getSwapTotal() > 0) all.put("swap", space(swap.getSwapTotal(), swap.getSwapUsed()));
        all.put("disks", disks);
        all.put("network", network.measure());
        all.put("disk_io", diskRates.measure(System.nanoTime()));
        if (!temperatures.isEmpty()) {
            all.put("temperature", temperatures.getFirst().get("celsius"));
            all.put("temperatures", temperatures);
        }
        all.put("processes", processes.top());
        return all;
    }

    /// Returns the share of all cores in use, in percent.
    private double cpu() {
        long[] now = processor.getSystemCpuLoadTicks();
        double load = processor.getSystemCpuLoadBetweenTicks(ticks, now);
        ticks = now;
        return tenth(100 * load);
    }

    private List<Map<String, Object>> disks() {
        List<Map<String, Object>> all = new ArrayList<>();
        List<OSFileStore> stores = system.getFileSystem().getFileStores(true);
        for (OSFileStore store : distinct(stores, OSFileStore::getVolume, OSFileStore::getMount)) {
            if (store.getTotalSpace() < DISK_BYTES_MIN || all.size() == DISKS_MAX) continue;
            if (isImage(store.getOptions(), store.getFreeSpace())) continue;
            Map<String, Object> disk = new LinkedHashMap<>();
            disk.put("mount", store.getMount());
            // Like df: space that only root may use is neither free nor used.
            long used = store.getTotalSpace() - store.getFreeSpace();
            disk.putAll(space(used + store.getUsableSpace(), used));
            all.add(disk);
        }
        return all;
    }

    /// Returns true for a read-only image, such as a mounted ISO file: it is always full.
    static boolean isImage(String options, long free) {
        return free == 0 && List.of(options.split(",", -1)).contains("ro");
    }

    /// Omits further mounts of a device, such as bind mounts, which would look like further disks. The mount
    /// with the shortest path is kept.
    static <T> List<T> distinct(List<T> mounts, Function<T, String> device, Function<T, String> path) {
        Map<String, T> all = new LinkedHashMap<>();
        for (T mount : mounts) {
            String name = device.apply(mount);
            String key = name.startsWith("/dev/")
                    ? name
                    : "at " + path.apply(mount); // The names of other devices are not unique.
            all.merge(
                    key,
                    mount,
                    (one, other) ->
                            path.apply(one).length() <= path.apply(other).length() ? one : other);
        }
        return List.copyOf(all.values());
    }

    private static Map<String, Object> space(long total, long used) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("total", total);
        all.put("used", Math.max(0, used));
        return all;
    }

    private static double hundredth(double value) {
        return Math.round(value * 100) / 100.0;
    }

    static double tenth(double value) {
        return Double.isFinite(value) ? Math.round(value * 10) / 10.0 : 0;
    }
}
