package dev.sluice.core.model;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.ResolvedCursor;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import dev.sluice.core.log.TestClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Runs a log and a naive model through the same random history and compares every result. Each property test of a log
/// runs many histories.
///
/// A failure has the seed in its message; `-Dsluice.seed=SEED` runs only that history.
public final class LogHistory {
    private static final Duration TIME = Duration.ofSeconds(5);
    private static final int STEPS = 250;
    private static final int MESSAGE_STEPS = 40;

    /// Opens the logs under test.
    public interface Subject {
        /// Opens a new, empty log.
        ///
        /// @param folding whether marks of empty channels are folded at once
        Log open(TestClock clock, Limits limits, boolean folding);

        /// Closes the log and opens it again, in a new epoch; null if it cannot be opened again.
        default @Nullable Log restart(Log log, RandomLog random) {
            return null;
        }

        /// Disposes of a log.
        default void done(Log log) {
            log.close();
        }
    }

    /// The limits of a log.
    ///
    /// @param marksMax empty channels with marks, if these are folded
    /// @param lookMax  entries that one read examines
    public record Limits(
            Function<ChannelName, Retention> rules, long entriesMax, long bytesMax, int marksMax, int lookMax) {}

    /// Runs a number of histories, or only the one of the seed `sluice.seed`.
    public static void runAll(int histories, boolean folding, Subject subject) {
        run(done -> done < histories, folding, subject);
    }

    /// Runs at least one history, and as many as fit into [#TIME], or only the one of the seed `sluice.seed`.
    public static void runForSomeTime(boolean folding, Subject subject) {
        long endNs = System.nanoTime() + TIME.toNanos();
        run(done -> done == 0 || System.nanoTime() < endNs, folding, subject);
    }

    private static void run(IntPredicate goesOn, boolean folding, Subject subject) {
        Long seed = Long.getLong("sluice.seed");
        if (seed != null) {
            new LogHistory(seed, folding, subject).run();
            return;
        }
        Random seeds = new Random(Long.getLong("sluice.seeds", System.nanoTime()));
        for (int run = 0; goesOn.test(run); run++) new LogHistory(seeds.nextLong(), folding, subject).run();
    }

    /// A reader of the log, and its counterpart in the model.
    private static final class Pair {
        final Selection selection;
        final Filter filter;
        ReadCursor place;
        LogModel.Reader reader;

        Pair(Selection selection, Filter filter, ReadCursor place, LogModel.Reader reader) {
            this.selection = selection;
            this.filter = filter;
            this.place = place;
            this.reader = reader;
        }

        @Override
        public String toString() {
            return selection.patterns() + " " + filter + " from " + place;
        }
    }

    private final long seed;
    private final boolean folding;

    /// Whether the log examines so few entries at a time that results are partial: wildcards are read channel by
    /// channel, and searches and deletions take several slices.
    private final boolean isPartial;

    private final RandomLog random;
    private final TestClock clock = new TestClock();
    private final Subject subject;
    private Log log;
    private final LogModel model;
    private final List<Pair> pairs = new ArrayList<>();
    private final Deque<String> recentSteps = new ArrayDeque<>();

    private LogHistory(long seed, boolean folding, Subject subject) {
        this.subject = subject;
        this.seed = seed;
        this.folding = folding;
        random = new RandomLog(new Random(seed));
        Map<ChannelName, Retention> drawn = new HashMap<>();
        isPartial = random.oneIn(3);
        boolean unlimited = random.oneIn(4);
        long entriesMax = random.oneIn(2) ? 1_000 : 3 + random.upTo(40);
        long bytesMax = random.oneIn(2) ? 1 << 20 : 1_000 + random.upTo(10_000);
        Limits limits = new Limits(
                channel -> rule(drawn, channel, unlimited),
                entriesMax,
                bytesMax,
                folding ? random.upTo(1) : 1_000,
                isPartial ? 1 + random.upTo(8) : 4_096);
        log = subject.open(clock, limits, folding);
        model = new LogModel(log.head(), limits.rules, entriesMax, bytesMax);
    }

    private Retention rule(Map<ChannelName, Retention> drawn, ChannelName channel, boolean unlimited) {
        if (unlimited) return Retention.ALL;
        return drawn.computeIfAbsent(channel, name -> random.retention());
    }

    private void run() {
        try {
            for (int step = 0; step < STEPS; step++) step();
            restart();
            for (Pair pair : pairs) for (int i = 0; i < 400 && read(pair); i++) {}
            subject.done(log);
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError(
                    "with -Dsluice.seed=" + seed + " after\n  " + String.join("\n  ", recentSteps) + "\n"
                            + failure.getMessage(),
                    failure);
        }
    }

    private void addStep(String step) {
        recentSteps.add(step);
        if (recentSteps.size() > MESSAGE_STEPS) recentSteps.remove();
    }

    private void step() {
        switch (random.upTo(39)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 -> publish();
            case 12 -> publishAll();
            case 13 -> delete();
            case 14 -> forget();
            case 15 -> clock.advance(Duration.ofMillis(random.upTo(4 * 60_000)));
            case 16 -> maintain();
            case 17, 18 -> begin();
            case 19, 20 -> resume();
            case 21 -> check();
            case 22 -> restart();
            default -> {
                if (!pairs.isEmpty()) read(random.one(pairs));
            }
        }
    }

    private void publish() {
        ChannelName channel = random.channel();
        Publication publication =
                random.publication(channel, log.channel(channel).latest(), !folding);
        AppendResult outcome = get(log.append(publication));
        addStep(publication.draft() + " " + publication.conditions() + " -> " + outcome);
        Deque<Cursor> ids = ids(publication, outcome);
        assertThat(outcome).isEqualTo(model.append(publication, clock.millis(), ids::remove));
        assertThat(ids).isEmpty();
    }

    /// The ids assigned to a publication, of the event and of the end, which has the next position.
    private Deque<Cursor> ids(Publication publication, AppendResult outcome) {
        Deque<Cursor> ids = new ArrayDeque<>();
        if (!(outcome instanceof AppendResult.Placed placed)) return ids;
        ids.add(placed.id());
        if (publication.draft().isEvent() && publication.draft().ends()) {
            ids.add(new Cursor(placed.epoch(), placed.position() + 1));
        }
        return ids;
    }

    private void publishAll() {
        List<Publication> batch = new ArrayList<>();
        for (int i = random.upTo(4); i >= 0; i--) {
            ChannelName channel = random.channel();
            batch.add(random.publication(channel, log.channel(channel).latest(), !folding));
        }
        Cursor before = log.head();
        AppendResult.Batch outcome = get(log.appendAll(batch));
        addStep("batch " + batch + " -> " + outcome);
        switch (outcome) {
            case AppendResult.Batch.All(List<AppendResult> each) -> {
                Deque<Cursor> ids = new ArrayDeque<>();
                for (int i = 0; i < each.size(); i++) ids.addAll(ids(batch.get(i), each.get(i)));
                assertThat(each).isEqualTo(model.appendAll(batch, clock.millis(), ids::remove));
                assertThat(ids).isEmpty();
            }
            case AppendResult.Batch.None none -> assertThat(log.head()).isEqualTo(before);
        }
    }

    private void delete() {
        ChannelName channel = random.channel();
        boolean deleted = get(log.delete(channel));
        addStep("delete " + channel + " -> " + deleted);
        assertThat(deleted).isEqualTo(model.delete(channel, log::head));
    }

    private void forget() {
        ChannelName channel = random.channel();
        if (random.oneIn(2)) {
            String key = random.key();
            addStep("forget key " + key + " of " + channel);
            assertThat(get(log.forgetKey(channel, key)))
                    .isEqualTo(model.forget(channel, event -> key.equals(event.key())));
        } else if (!model.ids().isEmpty()) {
            Cursor id = random.one(model.ids());
            addStep("forget " + id + " of " + channel);
            assertThat(get(log.forget(channel, id)))
                    .isEqualTo(model.forget(channel, event -> event.id().equals(id)) > 0);
        }
    }

    private void maintain() {
        log.maintain();
        model.maintain(clock.millis());
        addStep("maintain at " + (clock.millis() - TestClock.BEGIN_MS));
    }

    /// Opens the log again. Readers come back with their cursors only.
    private void restart() {
        Log next = subject.restart(log, random);
        if (next == null) return;
        log = next;
        addStep("restart");
        for (Pair pair : pairs) {
            pair.place = ReadCursor.at(pair.place.cursor());
            pair.reader = model.at(pair.place.cursor());
        }
    }

    private void begin() {
        Selection selection = random.selection();
        Filter filter = random.filter(log.head());
        Start start = random.start(model.ids(), log.head(), clock.millis());
        ReadCursor place = get(log.locate(start, selection, filter));
        Cursor expected = model.locate(start, selection, filter);
        addStep("begin " + start + " -> " + place);
        assertThat(describeAll(model.rest(place.cursor(), selection, filter)))
                .as("%s of %s", start, selection)
                .isEqualTo(describeAll(model.rest(expected, selection, filter)));
        pairs.add(new Pair(selection, filter, place, model.aware(place.cursor())));
    }

    private void resume() {
        if (model.ids().isEmpty()) return;
        Selection selection = random.selection();
        Filter filter = random.filter(log.head());
        Cursor cursor = random.one(model.ids());
        if (random.oneIn(8)) {
            ResolvedCursor.Lost lost = (ResolvedCursor.Lost) get(log.resolve("x" + cursor.text()));
            Cursor expected = model.locate(new Start.Earliest(), selection, filter);
            assertThat(describeAll(model.rest(lost.resume().cursor(), selection, filter)))
                    .isEqualTo(describeAll(model.rest(expected, selection, filter)));
            pairs.add(new Pair(
                    selection, filter, lost.resume(), model.aware(lost.resume().cursor())));
            return;
        }
        assertThat(get(log.resolve(cursor.text()))).isEqualTo(new ResolvedCursor.At(cursor));
        pairs.add(new Pair(selection, filter, ReadCursor.at(cursor), model.at(cursor)));
    }

    /// Reads once and compares.
    ///
    /// @return whether there may be more to read
    private boolean read(Pair pair) {
        int entriesMax = 1 + random.upTo(5);
        long bytesMax = random.upTo(60);
        Read read = log.read(pair.place, pair.selection, pair.filter, entriesMax, bytesMax);
        if (read instanceof Read.Pending(var later)) read = get(later);
        LogModel.Missing missing = model.missing(pair.reader, pair.selection);
        addStep(pair + " -> " + read);
        return switch (read) {
            case Read.Missing found -> {
                missing(pair, found, missing);
                yield true;
            }
            case Read.Batch batch -> {
                assertThat(missing).as("a gap that was not reported").isNull();
                batch(pair, batch, entriesMax, bytesMax);
                yield true;
            }
            case Read.CaughtUp(Cursor at) -> {
                assertThat(missing).as("a gap that was not reported").isNull();
                assertThat(describeAll(model.rest(pair.place.cursor(), pair.selection, pair.filter)))
                        .isEmpty();
                assertThat(at).isEqualTo(log.head());
                move(pair, at);
                yield false;
            }
            case Read.Pending pending -> throw new AssertionError("still pending");
        };
    }

    private void missing(Pair pair, Read.Missing found, LogModel.Missing expected) {
        if (folding || isPartial) { // The gap may be wider or without cause, but must skip nothing.
            if (!folding) assertThat(expected).as("a gap without cause").isNotNull();
            Cursor resume = found.resume().cursor();
            assertThat(describeAll(model.rest(resume, pair.selection, Filter.NONE)))
                    .isEqualTo(describeAll(model.rest(pair.place.cursor(), pair.selection, Filter.NONE)));
            pair.reader = model.aware(resume);
        } else {
            assertThat(expected).as("a gap without cause").isNotNull();
            assertThat(found.gap()).isEqualTo(expected.gap());
            assertThat(found.resume().cursor()).isEqualTo(expected.resume().cursor());
            pair.reader = expected.resume();
        }
        pair.place = found.resume();
    }

    private void batch(Pair pair, Read.Batch batch, int entriesMax, long bytesMax) {
        List<String> rest = describeAll(model.rest(pair.place.cursor(), pair.selection, pair.filter));
        List<String> received = describeAll(batch.entries());
        if (!isPartial) assertThat(received).isNotEmpty();
        assertThat(received).hasSizeLessThanOrEqualTo(entriesMax);
        if (!received.isEmpty()) assertThat(rest).startsWith(received.toArray(String[]::new));
        long bytes = batch.entries().stream()
                .mapToLong(
                        entry -> entry instanceof Event event ? event.content().bytes().length : 0)
                .sum();
        if (received.size() > 1) assertThat(bytes).isLessThanOrEqualTo(bytesMax);
        assertThat(batch.next()).isGreaterThan(pair.place.cursor());
        assertThat(describeAll(model.rest(batch.next(), pair.selection, pair.filter)))
                .isEqualTo(rest.subList(received.size(), rest.size()));
        move(pair, batch.next());
    }

    private void move(Pair pair, Cursor next) {
        pair.place = pair.place.moved(next);
        pair.reader = new LogModel.Reader(next, pair.reader.known());
    }

    private void check() {
        ChannelName channel = random.channel();
        assertThat(log.channel(channel)).isEqualTo(model.state(channel));
        List<ChannelState> states = model.states();
        assertThat(log.channels(null, 100)).isEqualTo(states);
        assertThat(log.channels(channel, 2))
                .isEqualTo(states.stream()
                        .filter(state -> state.name().compareTo(channel) > 0)
                        .limit(2)
                        .toList());
        if (model.ids().isEmpty()) return;
        Cursor place = random.one(model.ids());
        TreeSet<ChannelName> changed = new TreeSet<>();
        Cursor upTo = log.changedSince(place, changed::add);
        if (upTo == null
                && (folding
                        || log.read(ReadCursor.at(place), Selection.of("**"), Filter.NONE, 1, 1)
                                instanceof Read.Pending)) return;
        assertThat(upTo).isEqualTo(log.head());
        assertThat(changed).isEqualTo(model.changedSince(place));
    }

    private static List<String> describeAll(List<Entry> entries) {
        return entries.stream().map(LogHistory::describe).toList();
    }

    private static String describe(Entry entry) {
        String fields = switch (entry) {
            case Event event -> event.type() + " " + event.key() + " " + event.from() + " " + event.isKeyEnd();
            case End end -> "";
        };
        return entry.id() + " " + entry.channel() + " " + entry.timeMs() + " " + fields + " "
                + Contents.describe(entry);
    }
}
