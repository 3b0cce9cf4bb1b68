package dev.sluice.sense.server;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The figures that an agent published at one time. Samples come from outside, so missing or malformed
/// figures are omitted.
///
/// @param at       the time by the server's clock
/// @param run      the run of the agent; `sequence` grows within it
/// @param interval the time between two samples
/// @param boot     when the server was started, by its clock
/// @param uptime   the time since the server was started
/// @param metrics  the metrics of the whole server; for disks, the sums of what they read and write
/// @param named    the metrics of each disk or sensor by name
/// @param rates    bytes per second that all network interfaces receive and send together
/// @param all      the sample as it was published
public record ServerSample(
        Instant at,
        String run,
        long sequence,
        Duration interval,
        Instant boot,
        Duration uptime,
        Map<Metric, Double> metrics,
        Map<Metric, Map<String, Double>> named,
        Rates rates,
        List<Usage> processes,
        Map<String, Object> all) {
    /// The maximum number of disks and processes that are read.
    private static final int ELEMENTS_MAX = 32;

    private static final int TEXT_MAX = 255;
    private static final Instant LATEST =
            Instant.parse("9999-12-31T00:00:00Z"); // The database can't store later times.
    private static final int NAMED = 3;
    private static final double MEGABYTE = 1e6;
    private static final Set<Metric> SUMMARY = EnumSet.of(Metric.CPU, Metric.LOAD, Metric.MEMORY, Metric.TEMPERATURE);

    /// Bytes per second.
    record Rates(double in, double out) {}

    /// The usage of one process.
    ///
    /// @param cpu    in percent of one core
    /// @param memory in bytes
    record Usage(long pid, String name, double cpu, double memory) {}

    /// A value and the place where it was measured.
    record Measured(String name, double value) {}

    /// Reads the data of an event.
    ///
    /// @throws IllegalArgumentException if the time or the agent's run is missing or malformed
    public static ServerSample read(Map<String, Object> all) {
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        number(all.get("cpu")).ifPresent(cpu -> metrics.put(Metric.CPU, cpu));
        if (all.get("load") instanceof List<?> load && !load.isEmpty())
            number(load.getFirst()).ifPresent(one -> metrics.put(Metric.LOAD, one));
        share(all.get("memory")).ifPresent(memory -> metrics.put(Metric.MEMORY, memory));
        share(all.get("swap")).ifPresent(swap -> metrics.put(Metric.SWAP, swap));
        number(all.get("temperature")).ifPresent(celsius -> metrics.put(Metric.TEMPERATURE, celsius));
        Map<Metric, Map<String, Double>> named = named(all);
        for (Metric total : List.of(Metric.DISK_READ, Metric.DISK_WRITE))
            of(named, total).values().stream().reduce(Double::sum).ifPresent(value -> metrics.put(total, value));
        of(named, Metric.DISK_BUSY).values().stream()
                .max(Comparator.naturalOrder())
                .ifPresent(busiest -> metrics.put(Metric.DISK_BUSY, busiest));
        double in = 0;
        double out = 0;
        for (Map<?, ?> each : objects(all.get("network"))) {
            in += number(each.get("in")).orElse(0.0);
            out += number(each.get("out")).orElse(0.0);
        }
        List<Usage> processes = new ArrayList<>();
        for (Map<?, ?> each : objects(all.get("processes"))) {
            processes.add(new Usage(
                    whole(each.get("pid")),
                    text(each.get("name")),
                    number(each.get("cpu")).orElse(0.0),
                    number(each.get("memory")).orElse(0.0)));
        }
        try {
            Instant at = Instant.parse(text(all.get("at")));
            if (at.isBefore(Instant.EPOCH) || at.isAfter(LATEST)) throw new DateTimeException("at");
            long intervalMs = Math.clamp(whole(all.get("interval_ms")), 100, 60_000);
            // Without these figures, no restart is detected.
            Instant boot = all.containsKey("boot") ? Instant.parse(text(all.get("boot"))) : Instant.EPOCH;
            Duration uptime = all.containsKey("uptime_s")
                    ? Duration.ofSeconds(Math.clamp(whole(all.get("uptime_s")), 0, 1L << 32))
                    : Duration.between(boot, at);
            return new ServerSample(
                    at,
                    text(all.get("run")),
                    whole(all.get("seq")),
                    Duration.ofMillis(intervalMs),
                    boot,
                    uptime,
                    metrics,
                    named,
                    new Rates(in, out),
                    processes,
                    all);
        } catch (DateTimeException invalid) {
            throw new IllegalArgumentException("'at' and 'boot' must be times", invalid);
        }
    }

    /// Reads the metrics of each disk and sensor.
    private static Map<Metric, Map<String, Double>> named(Map<String, Object> all) {
        Map<String, Double> used = new LinkedHashMap<>();
        Map<String, Double> read = new LinkedHashMap<>();
        Map<String, Double> written = new LinkedHashMap<>();
        Map<String, Double> busy = new LinkedHashMap<>();
        Map<String, Double> celsius = new LinkedHashMap<>();
        for (Map<?, ?> disk : objects(all.get("disks")))
            share(disk).ifPresent(value -> used.put(text(disk.get("mount")), value));
        for (Map<?, ?> disk : objects(all.get("disk_io"))) {
            String name = text(disk.get("name"));
            number(disk.get("read")).ifPresent(value -> read.put(name, value / MEGABYTE));
            number(disk.get("write")).ifPresent(value -> written.put(name, value / MEGABYTE));
            number(disk.get("busy")).ifPresent(value -> busy.put(name, value));
        }
        for (Map<?, ?> sensor : objects(all.get("temperatures")))
            number(sensor.get("celsius")).ifPresent(value -> celsius.put(text(sensor.get("sensor")), value));
        return Map.of(
                Metric.DISK, used,
                Metric.DISK_READ, read,
                Metric.DISK_WRITE, written,
                Metric.DISK_BUSY, busy,
                Metric.TEMPERATURE, celsius);
    }

    private static Map<String, Double> of(Map<Metric, Map<String, Double>> named, Metric metric) {
        return named.getOrDefault(metric, Map.of());
    }

    /// Returns the usage of each disk in percent, by mount.
    Map<String, Double> disks() {
        return of(named, Metric.DISK);
    }

    /// Returns the value to compare with a limit. Of several disks or sensors, that is the one nearest to the
    /// limit or farthest beyond it; for what disks read and write, it is the total.
    Optional<Measured> measured(Threshold.Limit limit) {
        Map<String, Double> all = of(named, limit.metric());
        boolean isTotal = limit.metric() == Metric.DISK_READ || limit.metric() == Metric.DISK_WRITE;
        if (limit.name().isEmpty() && (isTotal || all.isEmpty()))
            return Optional.ofNullable(metrics.get(limit.metric())).map(value -> new Measured("", value));
        Comparator<Measured> nearest = Comparator.comparingDouble(Measured::value);
        return all.entrySet().stream()
                .filter(each -> limit.name().isEmpty() || limit.name().equals(each.getKey()))
                .map(each -> new Measured(each.getKey(), each.getValue()))
                .max(limit.isAbove() ? nearest : nearest.reversed());
    }

    /// Returns the processes with the highest usage as a text; empty if none is known.
    String culprits(Metric metric) {
        if (!metric.isOfProcesses()) return "";
        Comparator<Usage> most = Comparator.comparingDouble(metric.isOfMemory() ? Usage::memory : Usage::cpu);
        return processes.stream()
                .sorted(most.reversed())
                .limit(NAMED)
                .map(each -> each.name + " (" + each.pid + ") "
                        + (metric.isOfMemory()
                                ? Math.round(each.memory / (1 << 20)) + " MiB"
                                : Math.round(each.cpu) + " %"))
                .collect(Collectors.joining(", "));
    }

    /// Returns the newest figures as a short text.
    String summary() {
        List<String> words = new ArrayList<>();
        metrics.forEach((metric, value) -> {
            if (SUMMARY.contains(metric)) words.add(metric.word() + " " + metric.text(value));
        });
        disks().entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .ifPresent(disk -> words.add("disk " + disk.getKey() + " " + Metric.DISK.text(disk.getValue())));
        return String.join(", ", words);
    }

    private static Optional<Double> number(@Nullable Object value) {
        return value instanceof Number number && Double.isFinite(number.doubleValue())
                ? Optional.of(number.doubleValue())
                : Optional.empty();
    }

    private static long whole(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    private static String text(@Nullable Object value) {
        String text = value == null ? "" : String.valueOf(value);
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX);
    }

    /// Returns the used part of a total in percent.
    private static Optional<Double> share(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> space)) return Optional.empty();
        double total = number(space.get("total")).orElse(0.0);
        return total <= 0
                ? Optional.empty()
                : Optional.of(100 * number(space.get("used")).orElse(0.0) / total);
    }

    private static List<Map<?, ?>> objects(@Nullable Object value) {
        List<Map<?, ?>> all = new ArrayList<>();
        if (value instanceof List<?> list)
            for (Object each : list) if (each instanceof Map<?, ?> map && all.size() < ELEMENTS_MAX) all.add(map);
        return all;
    }
}
