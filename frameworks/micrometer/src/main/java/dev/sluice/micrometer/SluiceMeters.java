package dev.sluice.micrometer;

import dev.sluice.Measurement;
import dev.sluice.Sluice;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/// Adds the metrics of a hub to a program's Micrometer registry: `new SluiceMeters(sluice).bindTo(registry)`,
/// after the hub's start. `docs/metrics.md` lists all of them. Their names follow Micrometer's convention,
/// such as `sluice.published.events`, and the registry converts them to the convention of its system.
///
/// Histograms become timers with a count and a total; their buckets are in the hub's own `/metrics` only. The
/// hub's metrics are read at most once a second, independent of the number of registries. May be used from
/// any thread.
public final class SluiceMeters implements MeterBinder {
    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(1);

    /// One of several metrics with the same name.
    private record Series(String name, Map<String, String> labels) {
        static Series of(Measurement measurement) {
            return new Series(measurement.name(), measurement.labels());
        }
    }

    private record Reading(long atNs, Map<Series, Measurement> measurements) {}

    private final Sluice sluice;
    private final LongSupplier nowNs;
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final Set<Series> bound = ConcurrentHashMap.newKeySet();
    private volatile Reading last;

    /// @param sluice the started hub
    public SluiceMeters(Sluice sluice) {
        this(sluice, System::nanoTime);
    }

    SluiceMeters(Sluice sluice, LongSupplier nowNs) {
        this.sluice = sluice;
        this.nowNs = nowNs;
        this.last = read();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
        for (Measurement each : last.measurements.values()) bind(registry, each);
        bound.addAll(last.measurements.keySet());
    }

    private Reading read() {
        Map<Series, Measurement> measurements = new ConcurrentHashMap<>();
        for (Measurement each : sluice.measurements()) measurements.put(Series.of(each), each);
        return new Reading(nowNs.getAsLong(), measurements);
    }

    /// The value now, or at most a second ago. The first stream over a transport adds metrics that the
    /// registries do not know yet; this binds them as well.
    private double value(Series series, ToDoubleFunction<Measurement> part) {
        Reading reading = last;
        if (nowNs.getAsLong() - reading.atNs >= FRESH_NS) {
            reading = read();
            last = reading;
            for (Measurement each : reading.measurements.values()) {
                if (bound.add(Series.of(each))) for (MeterRegistry registry : registries) bind(registry, each);
            }
        }
        Measurement found = reading.measurements.get(series);
        return found == null ? 0 : part.applyAsDouble(found);
    }

    private void bind(MeterRegistry registry, Measurement measurement) {
        Series series = Series.of(measurement);
        String unit = unit(measurement.name());
        List<Tag> tags = measurement.labels().entrySet().stream()
                .map(each -> Tag.of(each.getKey(), each.getValue()))
                .toList();
        switch (measurement.type()) {
            case COUNTER ->
                FunctionCounter.builder(name(measurement), sluice, _ -> value(series, Measurement::value))
                        .tags(tags)
                        .description(measurement.help())
                        .baseUnit(unit.isEmpty() ? null : unit)
                        .register(registry);
            case GAUGE ->
                Gauge.builder(name(measurement), () -> value(series, Measurement::value))
                        .tags(tags)
                        .description(measurement.help())
                        .baseUnit(unit.isEmpty() ? null : unit)
                        .register(registry);
            case HISTOGRAM ->
                FunctionTimer.builder(
                                name(measurement),
                                sluice,
                                _ -> (long) value(series, Measurement::count),
                                _ -> value(series, Measurement::value),
                                TimeUnit.SECONDS)
                        .tags(tags)
                        .description(measurement.help())
                        .register(registry);
        }
    }

    /// Returns the name without the unit, which registries add; with it if another metric differs in the unit only.
    private String name(Measurement measurement) {
        String plain = withoutUnit(measurement.name());
        boolean isShared = last.measurements.keySet().stream()
                .map(Series::name)
                .anyMatch(each ->
                        !each.equals(measurement.name()) && withoutUnit(each).equals(plain));
        return (isShared ? base(measurement.name()) : plain).replace('_', '.');
    }

    private static String withoutUnit(String name) {
        String unit = unit(name);
        String base = base(name);
        return unit.isEmpty() ? base : base.substring(0, base.length() - unit.length() - 1);
    }

    /// Returns the name without the suffix of counters, which registries add as well.
    private static String base(String name) {
        return name.replaceFirst("_total$", "");
    }

    private static String unit(String name) {
        String base = base(name);
        if (base.endsWith("_bytes")) return "bytes";
        return base.endsWith("_seconds") ? "seconds" : "";
    }
}
