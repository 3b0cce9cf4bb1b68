package dev.sluice.sense.uptime;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.state.State;
import dev.sluice.sense.store.CheckRegister;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.DatabaseException;
import dev.sluice.sense.uptime.RollupStore.Unit;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// The uptime of all checks. It is stored once a minute, so a kill makes up to a minute unknown, and a normal
/// stop nothing. Safe for use by many threads; outcomes never wait for the disk.
public final class UptimeLog {
    private static final System.Logger LOG = System.getLogger(UptimeLog.class.getName());
    private static final Duration STORED_EVERY = Duration.ofSeconds(60);

    /// The maximum number of checks stored at once. As it is stored once a second, this is enough to store
    /// the maximum number of checks within a minute.
    private static final int STORED_MAX = 400;

    /// Windows end now, and begin with a whole hour or day of UTC.
    private enum Range {
        H24("24h", Unit.HOUR, Duration.ofHours(23)),
        D7("7d", Unit.DAY, Duration.ofDays(6)),
        D30("30d", Unit.DAY, Duration.ofDays(29)),
        D90("90d", Unit.DAY, Duration.ofDays(89));

        private final String name;
        private final Unit unit;
        private final Duration before;

        Range(String name, Unit unit, Duration before) {
            this.name = name;
            this.unit = unit;
            this.before = before;
        }
    }

    private record Due(String check, UptimeMeter meter, Instant at) {
        /// A time that is too far ahead was set before the clock was set back.
        boolean isAt(Instant now) {
            return !at.isAfter(now) || at.isAfter(now.plus(STORED_EVERY));
        }
    }

    private final RollupStore store;
    private final CheckRegister register;
    private final ReentrantLock metering = new ReentrantLock();
    private final ReentrantLock storing = new ReentrantLock(); // Always taken before the other lock.
    private final Map<String, UptimeMeter> meters = new HashMap<>();
    private final ArrayDeque<Due> queue = new ArrayDeque<>(); // The earliest first.
    private Instant pruned = Instant.EPOCH;

    public UptimeLog(Database database) {
        store = new RollupStore(database);
        register = new CheckRegister(database);
    }

    /// Adds checks, or changes how long their outcomes are valid.
    ///
    /// @param coverage how long an outcome of each check is valid
    public void put(Map<String, Duration> coverage, Instant now) {
        register.add(coverage.keySet(), now);
        metered(() -> coverage.forEach((check, length) -> {
            UptimeMeter known = meters.get(check);
            if (known != null) {
                known.cover(length);
                return;
            }
            UptimeMeter meter = new UptimeMeter(length, now);
            meters.put(check, meter);
            queue.add(new Due(check, meter, now.plus(STORED_EVERY)));
        }));
    }

    /// Ends the measurement of a check. Its stored uptime is kept until it is too old.
    public void remove(String check, Instant now) {
        stored(() -> {
            Map<String, Map<Instant, Rollup>> last = new HashMap<>();
            metered(() -> {
                UptimeMeter removed = meters.remove(check);
                if (removed == null) return;
                removed.advance(now);
                last.put(check, removed.take());
            });
            if (!last.isEmpty()) store.add(last);
            register.remove(check, now);
        });
    }

    /// @param after the state after the outcome
    public void outcome(String check, Outcome outcome, boolean isSlow, State after, Instant now) {
        metered(() -> meter(check).ifPresent(meter -> meter.outcome(outcome, isSlow, after, now)));
    }

    public void state(String check, State next, Instant now) {
        metered(() -> meter(check).ifPresent(meter -> meter.state(next, now)));
    }

    private Optional<UptimeMeter> meter(String check) {
        return Optional.ofNullable(meters.get(check));
    }

    /// Stores what is due, and deletes what is too old.
    public void store(Instant now) {
        stored(() -> {
            List<Due> due = new ArrayList<>();
            metered(() -> {
                while (!queue.isEmpty() && queue.peek().isAt(now) && due.size() < STORED_MAX) {
                    Due next = queue.remove();
                    if (meters.get(next.check) != next.meter) continue; // The check was removed.
                    due.add(next);
                    queue.add(new Due(next.check, next.meter, now.plus(STORED_EVERY)));
                }
            });
            store(due, now);
            if (pruned.plus(1, ChronoUnit.HOURS).isAfter(now) && !pruned.isAfter(now)) return;
            pruned = now;
            prune(now);
        });
    }

    private void prune(Instant now) {
        try {
            store.prune(now);
        } catch (DatabaseException failure) {
            LOG.log(Level.ERROR, "old uptime can't be deleted", failure);
        }
    }

    /// Stores everything when Sense stops.
    public void storeAll(Instant now) {
        stored(() -> {
            List<Due> all = new ArrayList<>();
            metered(() -> meters.forEach((check, meter) -> all.add(new Due(check, meter, now))));
            store(all, now);
        });
    }

    private void store(List<Due> due, Instant now) {
        Map<String, Map<Instant, Rollup>> taken = new LinkedHashMap<>();
        metered(() -> due.forEach(each -> {
            each.meter.advance(now);
            Map<Instant, Rollup> hours = each.meter.take();
            if (!hours.isEmpty()) taken.put(each.check, hours);
        }));
        if (taken.isEmpty()) return;
        try {
            store.add(taken);
        } catch (DatabaseException failure) {
            metered(() -> taken.forEach((check, hours) -> meter(check).ifPresent(meter -> meter.giveBack(hours))));
            LOG.log(Level.ERROR, "uptime can't be stored and is retried checks=" + taken.size(), failure);
        }
    }

    /// Returns the uptime of a check; empty if there is no such check.
    public Optional<Uptime> find(String check, Instant now) {
        storing.lock(); // Otherwise what is being stored would be missing.
        try {
            Optional<UptimeMeter> found = metered(() -> meter(check));
            if (found.isEmpty()) return Optional.empty();
            metered(() -> found.get().advance(now));
            Instant created = register.created(check).orElse(now);
            List<Uptime.Window> windows = new ArrayList<>();
            for (Range range : Range.values()) windows.add(window(check, range, created, now));
            return Optional.of(new Uptime(created, windows));
        } finally {
            storing.unlock();
        }
    }

    private Uptime.Window window(String check, Range range, Instant created, Instant now) {
        Instant since = range.unit.begin(now).minus(range.before);
        Rollup rollup = store.sum(range.unit, check, since, now);
        metered(() -> meter(check).ifPresent(meter -> meter.addTo(rollup, since)));
        Instant from = created.isAfter(since) ? created : since;
        Duration known = Duration.ofMillis(rollup.get(RollupColumn.UP_MS)
                + rollup.get(RollupColumn.DOWN_MS)
                + rollup.get(RollupColumn.MAINTENANCE_MS));
        Duration unknown = Duration.between(from, now).minus(known);
        return new Uptime.Window(range.name, since, from, unknown.isNegative() ? Duration.ZERO : unknown, rollup);
    }

    private void metered(Runnable work) {
        metered(() -> {
            work.run();
            return work;
        });
    }

    private <T> T metered(Supplier<T> work) {
        metering.lock();
        try {
            return work.get();
        } finally {
            metering.unlock();
        }
    }

    private void stored(Runnable work) {
        storing.lock();
        try {
            work.run();
        } finally {
            storing.unlock();
        }
    }
}
