package dev.sluice.sense.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import oshi.hardware.HardwareAbstractionLayer;

/// The read and write rates of each disk, and the share of time during which it is busy.
final class DiskRates {
    private static final int DISKS_MAX = 16;

    /// On Linux one small file has the counters of all disks (kernel.org, "I/O statistics fields"); OSHI
    /// queries udev for each disk.
    private static final Path LINUX = Path.of("/proc/diskstats");

    private static final int SECTOR_BYTES = 512; // The unit of that file, whatever the disk uses.

    /// Matches partitions and devices that represent other disks or memory: they would count twice, or are no
    /// disks.
    private static final Pattern NO_DISK = Pattern.compile(
            "(loop|ram|zram|dm-|md|sr|fd).*|(sd|vd|hd|xvd)[a-z]+[0-9]+|(nvme[0-9]+n[0-9]+|mmcblk[0-9]+)(p|boot)[0-9]+");

    /// The counters of a disk since the machine started.
    record Counts(String name, long readBytes, long writtenBytes, long busyMs) {}

    private final Supplier<List<Counts>> disks;
    private Map<String, Counts> before = new HashMap<>();
    private long beforeNs;

    DiskRates(HardwareAbstractionLayer hardware) {
        this(Files.isReadable(LINUX) ? () -> linux(lines()) : () -> other(hardware));
    }

    DiskRates(Supplier<List<Counts>> disks) {
        this.disks = disks;
    }

    /// Returns bytes per second and the busy time in percent since the previous call. Disks that were never
    /// used are omitted.
    ///
    /// @param nowNs the time of a monotonic clock
    List<Map<String, Object>> measure(long nowNs) {
        List<Map<String, Object>> all = new ArrayList<>();
        Map<String, Counts> counts = new HashMap<>();
        for (Counts now : disks.get()) {
            if (now.readBytes + now.writtenBytes == 0 || all.size() == DISKS_MAX) continue;
            counts.put(now.name, now);
            Counts old = before.getOrDefault(now.name, now);
            double seconds = (nowNs - beforeNs) / 1e9;
            Map<String, Object> rates = new LinkedHashMap<>();
            rates.put("name", now.name);
            rates.put("read", Math.round(rate(old.readBytes, now.readBytes, seconds)));
            rates.put("write", Math.round(rate(old.writtenBytes, now.writtenBytes, seconds)));
            rates.put("busy", MachineProbe.tenth(Math.min(100, rate(old.busyMs, now.busyMs, seconds) / 10)));
            all.add(rates);
        }
        before = counts;
        beforeNs = nowNs;
        return all;
    }

    /// Returns 0 if the counter is smaller than before, because it was reset.
    private static double rate(long from, long to, double seconds) {
        return to < from || seconds <= 0 ? 0 : (to - from) / seconds;
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(LINUX);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Parses the lines of `/proc/diskstats`.
    static List<Counts> linux(List<String> lines) {
        List<Counts> all = new ArrayList<>();
        for (String line : lines) {
            String[] columns = line.strip().split(" +", -1);
            if (columns.length < 13 || NO_DISK.matcher(columns[2]).matches()) continue;
            all.add(new Counts(
                    columns[2],
                    SECTOR_BYTES * Long.parseLong(columns[5]),
                    SECTOR_BYTES * Long.parseLong(columns[9]),
                    Long.parseLong(columns[12])));
        }
        return all;
    }

    private static List<Counts> other(HardwareAbstractionLayer hardware) {
        return hardware.getDiskStores().stream()
                .map(disk ->
                        new Counts(disk.getName(), disk.getReadBytes(), disk.getWriteBytes(), disk.getTransferTime()))
                .toList();
    }
}
