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

/// The rates at which each disk reads and writes, and the share of the time for which it is busy.
final class DiskRates {
    private static final int DISKS_MAX = 16;

    /// Linux counts all disks in one small file (kernel.org, "I/O statistics fields"); OSHI asks udev for each.
    private static final Path LINUX = Path.of("/proc/diskstats");

    private static final int SECTOR_BYTES = 512; // Of that file, whatever the disk has.

    /// A partition, or what stands for other disks or memory, would count twice or not at all.
    private static final Pattern NO_DISK = Pattern.compile(
            "(loop|ram|zram|dm-|md|sr|fd).*|(sd|vd|hd|xvd)[a-z]+[0-9]+|(nvme[0-9]+n[0-9]+|mmcblk[0-9]+)(p|boot)[0-9]+");

    /// The counters of a disk since the machine was started.
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

    /// Bytes a second, and per cent of the time since the call before. Disks that were never used are left out.
    ///
    /// @param nowNs of a clock that never goes back
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

    /// A counter that is smaller than before began anew.
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

    /// Reads lines of `/proc/diskstats`.
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
