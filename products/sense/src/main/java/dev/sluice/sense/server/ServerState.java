package dev.sluice.sense.server;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.text.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// The state of one server. Called by one thread at a time.
final class ServerState {
    /// The maximum number of limits that are tracked; the one that was queried longest ago is dropped.
    private static final int LIMITS_MAX = 64;

    /// If two samples are further apart than this, it is unknown whether a limit was exceeded in between.
    private static final Duration GAP = Duration.ofMinutes(1);

    /// Two agents are reported as long as both publish within this time.
    private static final Duration RIVAL = Duration.ofMinutes(1);

    /// The usage in percent from which a disk is full: the last bytes may never be used.
    private static final double FULL = 99.9;

    private final Trend trend;
    private final Map<Threshold.Limit, Optional<Instant>> breaches = new LinkedHashMap<>(16, 0.75f, true);
    private boolean isWatched;
    private @Nullable LastSeen seen;
    private @Nullable ServerSample newest;
    private Duration interval = Duration.ofSeconds(1); // Until a sample was read.
    private @Nullable Instant arrived;
    private @Nullable Instant returned;
    private @Nullable Instant rebootNoticed;
    private @Nullable String replacedRun;
    private @Nullable Instant rivalNoticed;
    private long savedMinute; // In minutes since 1970: the newest minute in the database.

    /// @param seen the record from before a restart of Sense; null if there is none
    ServerState(Trend trend, @Nullable LastSeen seen) {
        this.trend = trend;
        this.seen = seen;
        this.isWatched = seen != null;
        this.savedMinute = trend.current();
    }

    /// Applies a sample.
    ///
    /// @param published when the hub received it, by the hub's clock
    /// @param arrival   the same time by this clock
    void apply(ServerSample sample, Instant published, Instant arrival) {
        interval = sample.interval();
        LastSeen before = seen;
        if (before != null && before.includes(sample, published)) return; // The sample was already applied.
        Instant last = arrived;
        if (last != null
                && Duration.between(last, arrival).compareTo(sample.interval().multipliedBy(3)) > 0) returned = arrival;
        arrived = arrival;
        lookForRival(sample, arrival);
        if (before != null && rebootNoticed == null && !hasRival(arrival) && before.isBefore(sample))
            rebootNoticed = arrival;
        // The record keeps the time before the restart until the restart was reported.
        seen = before != null && rebootNoticed != null
                ? before.during(sample, published)
                : LastSeen.of(sample, published);
        follow(sample);
        newest = sample;
        trend.add(sample);
        savedMinute = Math.min(savedMinute, trend.current() - 1); // Minutes of a clock that was ahead are dropped.
    }

    /// Detects a second agent: a run that was replaced by another one comes back only if both are running.
    private void lookForRival(ServerSample sample, Instant arrival) {
        ServerSample before = newest;
        if (before == null || before.run().equals(sample.run())) return;
        if (sample.run().equals(replacedRun)) rivalNoticed = arrival;
        replacedRun = before.run();
    }

    /// Returns true if the agent was disconnected and may still be sending its buffered samples, which say
    /// nothing about the present.
    boolean isCatchingUp(Instant now) {
        return isRecent(returned, ServerRegistry.RETURN, now);
    }

    /// Returns true if less time has passed since something was noticed. A time that is further ahead is from
    /// before the clock was set back.
    private static boolean isRecent(@Nullable Instant noticed, Duration time, Instant now) {
        return noticed != null && Duration.between(noticed, now).abs().compareTo(time) < 0;
    }

    /// Returns true if two agents report under the name of this server.
    boolean hasRival(Instant now) {
        return isRecent(rivalNoticed, RIVAL, now);
    }

    private void follow(ServerSample sample) {
        ServerSample before = newest;
        boolean isGap = before != null
                && (sample.at().isBefore(before.at())
                        || Duration.between(before.at(), sample.at()).compareTo(GAP) > 0);
        breaches.replaceAll((limit, since) -> {
            boolean isBreached = sample.measured(limit)
                    .filter(measured -> limit.isBreachedBy(measured.value()))
                    .isPresent();
            if (!isBreached) return Optional.empty();
            return since.isPresent() && !isGap ? since : Optional.of(sample.at());
        });
    }

    Optional<ServerSample> newest() {
        return Optional.ofNullable(newest);
    }

    /// Returns the agent's interval, also from samples that were applied before a restart of Sense.
    Duration interval() {
        return interval;
    }

    /// Returns when the hub received the newest sample; empty if there was none since Sense started.
    Optional<Instant> arrived() {
        return Optional.ofNullable(arrived);
    }

    /// Records that the checks of the server were created.
    void watched() {
        isWatched = true;
    }

    /// Returns true if the server may be saved: after a restart of Sense, no checks are created for one that is
    /// known.
    boolean isWatched() {
        return isWatched;
    }

    @Nullable
    LastSeen seen() {
        return seen;
    }

    Trend trend() {
        return trend;
    }

    /// Returns when a restart of the server was noticed that has not been [reported][#reported] yet.
    Optional<Instant> rebootNoticed() {
        return Optional.ofNullable(rebootNoticed);
    }

    /// Returns true if a restart of the server was noticed within this time and not reported yet.
    boolean wasRebooted(Duration hold, Instant now) {
        return isRecent(rebootNoticed, hold, now);
    }

    void reported() {
        rebootNoticed = null;
        ServerSample sample = newest;
        LastSeen before = seen;
        if (sample != null && before != null) seen = LastSeen.of(sample, before.published());
    }

    Outcome judge(Threshold threshold) {
        ServerSample sample = newest;
        if (sample == null) return new Outcome.Unclear(Phrase.of("no-sample"));
        return switch (threshold) {
            case Threshold.Limit limit ->
                sample.measured(limit)
                        .map(measured -> judge(limit, measured, sample))
                        .orElseGet(() -> new Outcome.Unclear(Phrase.of("not-reported", limit.subject())));
            case Threshold.FullWithin forecast -> forecast(forecast, sample);
        };
    }

    private Outcome judge(Threshold.Limit limit, ServerSample.Measured measured, ServerSample sample) {
        String value = (measured.name() + " " + limit.metric().text(measured.value())).strip();
        Optional<Instant> since = breaches.computeIfAbsent(limit, _ -> since(limit, measured, sample));
        if (breaches.size() > LIMITS_MAX)
            breaches.remove(breaches.keySet().iterator().next());
        if (since.isEmpty()) return new Outcome.Passed(Duration.ZERO, value);
        Duration held = Duration.between(since.get(), sample.at());
        if (held.compareTo(limit.held()) < 0)
            return new Outcome.Passed(Duration.ZERO, value + " (" + held.toSeconds() + " s)");
        String culprits = sample.culprits(limit.metric());
        return Outcome.failed(
                limit.held().isZero()
                        ? Phrase.text(limit.expectation())
                        : Phrase.of("limit-within", limit.expectation(), Times.text(limit.held())),
                culprits.isEmpty() ? Phrase.text(value) : Phrase.of("mostly", value, culprits));
    }

    /// Returns since when a limit is exceeded. Uses the per-minute history, because the limit was not queried
    /// before, for example after a restart of Sense.
    private Optional<Instant> since(Threshold.Limit limit, ServerSample.Measured measured, ServerSample sample) {
        if (!limit.isBreachedBy(measured.value())) return Optional.empty();
        Instant minutes = trend.breachedSince(limit, measured.name(), sample.at());
        return Optional.of(minutes == null ? sample.at() : minutes);
    }

    private Outcome forecast(Threshold.FullWithin threshold, ServerSample sample) {
        String soonest = "";
        boolean isKnown = false;
        Duration left = Duration.ofDays(365);
        for (Map.Entry<String, Double> disk : sample.disks().entrySet()) {
            if (!threshold.mount().isEmpty() && !threshold.mount().equals(disk.getKey())) continue;
            OptionalDouble minutes = minutesLeft(disk.getKey(), disk.getValue());
            isKnown |= minutes.isPresent();
            if (minutes.orElse(Double.POSITIVE_INFINITY) >= left.toMinutes()) continue;
            left = Duration.ofMinutes((long) minutes.getAsDouble());
            soonest = disk.getKey();
        }
        if (!isKnown) return new Outcome.Unclear(Phrase.of("no-forecast"));
        if (soonest.isEmpty()) return new Outcome.Passed(Duration.ZERO, sample.summary());
        String now = soonest + " " + Metric.DISK.text(sample.disks().getOrDefault(soonest, 0.0));
        return left.compareTo(threshold.time()) <= 0
                ? Outcome.failed(
                        Phrase.of("not-full", Times.text(threshold.time())),
                        left.isZero() ? Phrase.text(now) : Phrase.of("full-in", now, Trend.text(left)))
                : new Outcome.Passed(Duration.ZERO, now + " → 100 %: " + Trend.text(left));
    }

    /// Returns the minutes until a disk is full; infinite if it does not grow, empty if its growth is not known
    /// yet.
    private OptionalDouble minutesLeft(String mount, double used) {
        if (used >= FULL) return OptionalDouble.of(0); // It does not grow any more.
        OptionalDouble growth = trend.growth(mount);
        if (growth.isEmpty()) return growth;
        return OptionalDouble.of(
                growth.getAsDouble() > 0 ? (100 - used) / growth.getAsDouble() : Double.POSITIVE_INFINITY);
    }

    List<Trend.Minute> day() {
        return trend.minutes();
    }

    /// Returns the minutes that are not in the database, the oldest first.
    List<Trend.Minute> unsaved(int max) {
        return trend.after(savedMinute, max);
    }

    void saved(Trend.Minute newest) {
        savedMinute = newest.minute();
    }
}
