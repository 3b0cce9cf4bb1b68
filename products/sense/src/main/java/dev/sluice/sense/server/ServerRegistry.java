package dev.sluice.sense.server;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.check.Phrase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All servers whose agents have reported. Safe for use by many threads.
public final class ServerRegistry {
    /// The maximum number of servers; samples of further ones are refused.
    static final int SERVERS_MAX = 1_000;

    /// A server is silent after this many intervals of its agent, minus the time that noticing takes.
    private static final int INTERVALS = 3;

    private static final Duration NOTICING = Duration.ofMillis(300);

    /// The time within which an agent that lost its hub reconnects.
    static final Duration RETURN = Duration.ofSeconds(5);

    /// The maximum time for which a restart counts as a failure, and a second for a last run of the check.
    private static final Duration HOLD_MAX = Duration.ofSeconds(102);

    /// Sense itself was stopped if two rounds are further apart; they normally follow within a fraction of a
    /// second.
    private static final Duration STOPPED = Duration.ofSeconds(2);

    /// Samples that the hub received longer ago than this are history, which is read at the start.
    private static final Duration PAST = Duration.ofMinutes(1);

    /// The maximum number of minutes saved at once; after a long failure of the database there are many.
    private static final int SAVED_MAX = 5_000;

    /// The result of applying a sample.
    enum Taken {
        /// The first sample of its server.
        NEW,
        KNOWN,
        /// There are too many servers.
        NO_ROOM
    }

    private final ServerStore store;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, ServerState> servers = new TreeMap<>();
    private final Map<String, Boolean> wereSilent = new HashMap<>();
    private @Nullable Instant connected;
    private @Nullable Instant looked;

    public ServerRegistry(ServerStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        store.seen().forEach((name, seen) -> servers.put(name, new ServerState(store.trend(name), seen)));
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /// Records whether samples reach Sense. While they do not, no server counts as silent.
    public void connected(boolean isConnected) {
        locked(() -> {
            if (!isConnected) connected = null;
            else if (connected == null) connected = clock.instant();
            wereSilent.clear();
            return null;
        });
    }

    /// Applies a sample.
    ///
    /// @param published when the hub received it, by the hub's clock
    Taken take(String name, ServerSample sample, Instant published) {
        return locked(() -> {
            ServerState known = servers.get(name);
            if (known == null && servers.size() >= SERVERS_MAX) return Taken.NO_ROOM;
            ServerState state = known == null ? new ServerState(store.trend(name), null) : known;
            servers.put(name, state);
            Instant now = clock.instant();
            // The hub's clock may differ slightly from this one, while history is much older.
            boolean isPast = published.isBefore(now.minus(PAST));
            state.apply(sample, published, isPast ? published : now);
            return known == null ? Taken.NEW : Taken.KNOWN;
        });
    }

    /// Records that the checks of a server were created.
    void watched(String name) {
        locked(() -> {
            ServerState state = servers.get(name);
            if (state != null) state.watched();
            return null;
        });
    }

    /// Returns how long a server has been silent; empty if that is unknown.
    private Optional<Duration> silence(ServerState state, Instant now) {
        Instant begin = connected;
        if (begin == null || wasStopped(now)) return Optional.empty();
        Instant earliest = begin.plus(RETURN);
        Instant last = state.arrived()
                .filter(at -> earliest.isBefore(at) && !at.isAfter(now))
                .orElse(earliest);
        return Optional.of(Duration.between(last, now));
    }

    /// Returns true if Sense itself was stopped, for example with its machine, or if its clock was set: no
    /// sample could be received.
    private boolean wasStopped(Instant now) {
        Instant before = looked;
        return before != null && Duration.between(before, now).abs().compareTo(STOPPED) > 0;
    }

    private boolean isSilent(ServerState state, Instant now) {
        Duration limit = state.interval().multipliedBy(INTERVALS).minus(NOTICING);
        return silence(state, now)
                .filter(silence -> silence.compareTo(limit) >= 0)
                .isPresent();
    }

    /// Returns whether a server reports and was not restarted.
    ///
    /// @param hold how long a restart counts as a failure, so that it is confirmed
    Outcome presence(String name, Duration hold) {
        return locked(() -> {
            ServerState state = servers.get(name);
            Instant now = clock.instant();
            if (connected == null) return new Outcome.Unclear(Phrase.of("no-link"));
            if (state == null) return new Outcome.Unclear(Phrase.of("no-agent", name));
            if (isSilent(state, now)) return silent(state, now);
            Optional<ServerSample> newest = state.newest();
            if (newest.isEmpty()) return new Outcome.Unclear(Phrase.of("no-sample"));
            if (state.hasRival(now)) return Outcome.failed(Phrase.of("one-agent"), Phrase.of("two-agents", name));
            if (state.wasRebooted(hold, now))
                return Outcome.failed(
                        Phrase.of("no-restart"),
                        Phrase.of("restarted", newest.get().boot().toString()));
            if (state.rebootNoticed().isPresent()) state.reported();
            return new Outcome.Passed(Duration.ZERO, newest.get().summary());
        });
    }

    private Outcome silent(ServerState state, Instant now) {
        Phrase found = state.arrived()
                .map(at -> Phrase.of("none-for", seconds(Duration.between(at, now))))
                .orElse(Phrase.of("none-since-start"));
        return Outcome.failed(Phrase.of("sample-every", seconds(state.interval())), found);
    }

    private static String seconds(Duration time) {
        double tenths = Math.round(time.toMillis() / 100.0) / 10.0;
        return (tenths == Math.rint(tenths) ? String.valueOf((long) tenths) : String.valueOf(tenths)) + " s";
    }

    /// Compares the figures of a server with a threshold. The figures of a silent server prove nothing.
    Outcome judge(String name, Threshold threshold) {
        return locked(() -> {
            ServerState state = servers.get(name);
            if (connected == null) return new Outcome.Unclear(Phrase.of("no-link"));
            if (state == null) return new Outcome.Unclear(Phrase.of("no-agent", name));
            if (isSilent(state, clock.instant())) return new Outcome.Unclear(Phrase.of("silent", name));
            if (state.isCatchingUp(clock.instant())) return new Outcome.Unclear(Phrase.of("catching-up", name));
            return state.judge(threshold);
        });
    }

    /// Returns the servers that have become silent or report again since the previous call; all servers if the
    /// connection was lost or restored.
    Collection<String> turned() {
        return locked(() -> {
            Instant now = clock.instant();
            if (wasStopped(now) && connected != null) connected = now;
            looked = now;
            List<String> turned = new ArrayList<>();
            servers.forEach((name, state) -> {
                boolean isSilent = isSilent(state, now);
                Boolean before = wereSilent.put(name, isSilent);
                if (before == null || before != isSilent) turned.add(name);
            });
            return turned;
        });
    }

    /// Returns the servers whose restart is being confirmed.
    Collection<String> restarted() {
        return locked(() -> {
            Instant now = clock.instant();
            List<String> restarted = new ArrayList<>();
            servers.forEach((name, state) -> {
                if (state.wasRebooted(HOLD_MAX, now)) restarted.add(name);
                else if (state.rebootNoticed().isPresent()) state.reported(); // No running check confirms it.
            });
            return restarted;
        });
    }

    /// Saves what must survive a restart of Sense, and forgets servers that have not reported for long. The
    /// next call saves what could not be saved, because the minutes of a day are kept in memory.
    ///
    /// @return true if servers were forgotten
    boolean save() {
        Instant now = clock.instant();
        Map<String, LastSeen> seen = new LinkedHashMap<>();
        Map<String, List<Trend.Minute>> minutes = new LinkedHashMap<>();
        List<ServerStore.Minute> ended = new ArrayList<>();
        locked(() -> {
            servers.forEach((name, state) -> {
                LastSeen each = state.seen();
                if (each != null && state.isWatched() && state.arrived().isPresent()) seen.put(name, each);
                List<Trend.Minute> unsaved = state.unsaved(SAVED_MAX - ended.size());
                if (!unsaved.isEmpty()) minutes.put(name, unsaved);
                unsaved.forEach(minute -> ended.add(new ServerStore.Minute(
                        name, minute.minute(), state.trend().means(minute))));
            });
            return null;
        });
        if (!seen.isEmpty() || !ended.isEmpty()) store.save(ended, seen, now);
        return locked(() -> {
            minutes.forEach((name, saved) -> {
                ServerState state = servers.get(name);
                if (state != null) state.saved(saved.getLast());
            });
            boolean isForgetting = servers.values().removeIf(state -> isForgotten(state, now));
            wereSilent.keySet().retainAll(servers.keySet());
            return isForgetting;
        });
    }

    private static boolean isForgotten(ServerState state, Instant now) {
        LastSeen seen = state.seen();
        return seen != null && seen.published().isBefore(now.minus(ServerStore.SERVERS_KEPT));
    }

    /// Returns the names of all servers, sorted.
    List<String> names() {
        return locked(() -> List.copyOf(servers.keySet()));
    }

    /// Returns the newest figures of all servers, without processes.
    public List<Map<String, Object>> showAll() {
        return locked(() -> {
            List<Map<String, Object>> all = new ArrayList<>();
            servers.forEach((name, state) -> {
                Map<String, Object> shown = show(name, state);
                shown.remove("processes");
                all.add(shown);
            });
            return all;
        });
    }

    /// Returns the newest figures of a server.
    public Optional<Map<String, Object>> show(String name) {
        return locked(() -> Optional.ofNullable(servers.get(name)).map(state -> show(name, state)));
    }

    private Map<String, Object> show(String name, ServerState state) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", name);
        all.put("silent", isSilent(state, clock.instant()));
        state.newest().ifPresent(sample -> sample.all().forEach(all::putIfAbsent));
        return all;
    }

    /// Returns the means of each minute of the last day: the columns, and a row for each minute that starts
    /// with its time.
    public Optional<Map<String, Object>> day(String name) {
        return locked(() -> Optional.ofNullable(servers.get(name)).map(state -> {
            List<String> columns = state.trend().columns();
            List<List<@Nullable Object>> rows = new ArrayList<>();
            for (Trend.Minute minute : state.day()) {
                List<@Nullable Object> row = new ArrayList<>();
                row.add(minute.minute() * 60);
                for (int i = 0; i < columns.size(); i++) {
                    double value = minute.value(i);
                    row.add(Double.isNaN(value) ? null : Math.round(value * 10) / 10.0);
                }
                rows.add(row);
            }
            return Map.of("columns", columns, "minutes", rows);
        }));
    }
}
