package dev.sluice.sense.heartbeat;

import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.Definitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The periods in which Sense could not receive heartbeats: it was not running, its machine slept, or the
/// network was down. They survive a kill, after which up to the last [#STORED_EVERY] count as absence. Safe
/// for use by many threads.
final class Listening {
    /// The maximum time between two marks. After a longer one, Sense was away; delays on a busy machine are
    /// shorter.
    static final Duration GAP = Duration.ofSeconds(30);

    private static final Duration STORED_EVERY = Duration.ofSeconds(10);

    /// No heartbeat has a longer period plus grace.
    private static final Duration KEPT = Duration.ofDays(47);

    /// Above this number, two absences are merged with the time between them, so that no job is blamed
    /// wrongly.
    private static final int ABSENCES_MAX = 500;

    private static final String KEY = "listening";

    private record Absence(Instant from, Instant to) {}

    private final Definitions store;
    private final List<Absence> absences = new ArrayList<>(); // The oldest first.
    private Instant marked = Instant.MAX;
    private Instant stored = Instant.MIN;

    Listening(Database database) {
        store = new Definitions(database, KEY);
        String known = store.all().get(KEY);
        if (known != null) read(SenseJson.object(known));
    }

    private void read(Map<String, Object> known) {
        marked = Instant.ofEpochMilli(((Number) known.getOrDefault("marked", 0)).longValue());
        for (Object each : (List<?>) known.getOrDefault("absences", List.of())) {
            List<?> pair = (List<?>) each;
            absences.add(new Absence(instant(pair.getFirst()), instant(pair.getLast())));
        }
    }

    private static Instant instant(Object ms) {
        return Instant.ofEpochMilli(((Number) ms).longValue());
    }

    /// Records that Sense can receive heartbeats now.
    ///
    /// @return true if this is earlier than the previous mark: the clock was ahead, and was set back
    synchronized boolean mark(Instant now) {
        boolean isSetBack = marked.isAfter(now);
        if (isSetBack) { // Time that has not come yet is no absence.
            absences.removeIf(absence -> absence.from.isAfter(now));
            absences.replaceAll(absence -> absence.to.isAfter(now) ? new Absence(absence.from, now) : absence);
        }
        boolean wasAway = marked.isBefore(now.minus(GAP));
        if (wasAway) {
            absences.add(new Absence(marked, now));
            absences.removeIf(absence -> absence.to.isBefore(now.minus(KEPT)));
            if (absences.size() > ABSENCES_MAX)
                absences.addFirst(new Absence(absences.removeFirst().from, absences.removeFirst().to));
        }
        marked = now;
        if (!wasAway && stored.isAfter(now.minus(STORED_EVERY)) && !stored.isAfter(now)) return isSetBack;
        stored = now;
        store.put(
                KEY,
                SenseJson.write(Map.of(
                        "marked",
                        now.toEpochMilli(),
                        "absences",
                        absences.stream()
                                .map(absence -> List.of(absence.from.toEpochMilli(), absence.to.toEpochMilli()))
                                .toList())));
        return isSetBack;
    }

    /// Returns how long Sense was away between two times. An absence counts even before the mark that ends
    /// it, because a job may be checked in between.
    synchronized Duration away(Instant from, Instant to) {
        Duration sum = marked.isBefore(to.minus(GAP)) ? overlap(new Absence(marked, to), from, to) : Duration.ZERO;
        for (Absence absence : absences) sum = sum.plus(overlap(absence, from, to));
        return sum;
    }

    private static Duration overlap(Absence absence, Instant from, Instant to) {
        Instant begin = absence.from.isAfter(from) ? absence.from : from;
        Instant end = absence.to.isBefore(to) ? absence.to : to;
        return begin.isBefore(end) ? Duration.between(begin, end) : Duration.ZERO;
    }
}
