package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Several writers and readers at the same time.
public interface ConcurrencyContract extends LogSubject {
    int WRITERS = 4;
    int EVENTS = 5_000;

    /// The deadline of all waits prevents hanging, and measures nothing. Thousands of publishes one after the other
    /// take minutes on a busy machine where nodes agree on each.
    int PATIENCE_SECONDS = 900;

    @Test
    default void everyReaderSeesTheSameCompleteOrder() throws Exception {
        try (var test = open();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<List<Entry>>> readers = new ArrayList<>();
            for (String[] selection : List.of(
                    new String[] {"**"}, new String[] {"w/0", "w/1", "w/2", "w/3"}, new String[] {"w/*", "w/1"})) {
                readers.add(threads.submit(reader(test, WRITERS * EVENTS, selection)));
            }
            readers.add(threads.submit(reader(test, EVENTS, "w/2")));
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                String channel = "w/" + writer;
                writers.add(threads.submit(() -> {
                    for (int i = 0; i < EVENTS; i++) write(test, channel, Integer.toString(i));
                }));
            }
            for (Future<?> writer : writers) writer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            List<List<Entry>> read = new ArrayList<>();
            for (Future<List<Entry>> reader : readers) read.add(reader.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            List<Cursor> order = read.getFirst().stream().map(Entry::id).toList();
            assertThat(order).hasSize(WRITERS * EVENTS).isSorted().doesNotHaveDuplicates();
            assertThat(read.get(1).stream().map(Entry::id)).isEqualTo(order);
            assertThat(read.get(2).stream().map(Entry::id)).isEqualTo(order);
            for (int writer = 0; writer < WRITERS; writer++) {
                String channel = "w/" + writer;
                List<String> own = read.getFirst().stream()
                        .filter(entry -> entry.channel().value().equals(channel))
                        .map(Contents::describe)
                        .toList();
                assertThat(own).isEqualTo(numbers(0, EVENTS));
            }
            assertThat(Contents.describeAll(read.get(3))).isEqualTo(numbers(0, EVENTS));
        }
    }

    /// While retention drops events, a reader receives every event or a gap before the next one.
    @Test
    default void reportsEveryLossToReadersDuringTrims() throws Exception {
        try (var test = openKeeping(20);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> readers = new ArrayList<>();
            for (String selection : List.of("w/0", "**", "w/0")) {
                readers.add(threads.submit(() -> followThroughLosses(test, selection)));
            }
            for (int i = 0; i < EVENTS; i++) {
                write(test, "w/0", Integer.toString(i));
                if (i % 7 == 0) write(test, "other", "x");
            }
            test.end("w/0");
            for (Future<?> reader : readers) reader.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static Void followThroughLosses(TestLog test, String selection) throws Exception {
        Semaphore headMoves = new Semaphore(0);
        ReadCursor place = ReadCursor.at(new Cursor(test.log.head().epoch(), 0));
        int next = 0;
        boolean hasGap = false;
        try (Registration registration = test.log.onHeadMoved(headMoves::release)) {
            assertThat(registration).isNotNull();
            while (true) {
                switch (test.log.read(place, Selection.of(selection), Filter.NONE, 5, 1 << 20)) {
                    case Read.Batch batch -> {
                        for (Entry entry : batch.entries()) {
                            if (!entry.channel().value().equals("w/0")) continue;
                            if (!(entry instanceof Event event)) return null;
                            int number = Integer.parseInt(Contents.data(event));
                            if (!hasGap)
                                assertThat(number).as("no gap was reported").isEqualTo(next);
                            assertThat(number).isGreaterThanOrEqualTo(next);
                            next = number + 1;
                            hasGap = false;
                        }
                        place = place.moved(batch.next());
                    }
                    case Read.Missing missing -> {
                        hasGap = true;
                        place = missing.resume();
                    }
                    case Read.CaughtUp caughtUp -> {
                        assertThat(caughtUp.at()).isGreaterThanOrEqualTo(place.cursor());
                        place = place.moved(caughtUp.at());
                        if (headMoves.availablePermits() == 0
                                && !test.log.head().equals(place.cursor())) continue;
                        assertThat(headMoves.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS))
                                .as("the head moves")
                                .isTrue();
                        headMoves.drainPermits();
                    }
                    case Read.Pending pending -> throw new AssertionError("this log keeps everything in memory");
                }
            }
        }
    }

    private static void write(TestLog test, String channel, String data) {
        Publication publication = new Publication(TestLog.draft(channel, data, false), Conditions.NONE);
        assertThat(TestLog.get(test.log.append(publication))).isInstanceOf(AppendResult.Placed.class);
    }

    /// Reads until it has `count` entries, waiting for the head to move in between.
    private static Callable<List<Entry>> reader(TestLog test, int count, String... selection) {
        ReadCursor begin = ReadCursor.at(test.log.head());
        return () -> {
            Semaphore headMoves = new Semaphore(0);
            List<Entry> entries = new ArrayList<>();
            ReadCursor place = begin;
            try (Registration registration = test.log.onHeadMoved(headMoves::release)) {
                assertThat(registration).isNotNull();
                while (entries.size() < count) {
                    headMoves.drainPermits();
                    Read read = test.log.read(place, Selection.of(selection), Filter.NONE, 64, 1 << 20);
                    if (read instanceof Read.Batch batch) {
                        entries.addAll(batch.entries());
                        place = place.moved(batch.next());
                    } else {
                        place = place.moved(((Read.CaughtUp) read).at());
                        if (!test.log.head().equals(place.cursor())) continue;
                        assertThat(headMoves.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS))
                                .as("the head moves")
                                .isTrue();
                    }
                }
                return entries;
            }
        };
    }

    private static List<String> numbers(int from, int to) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < to; i++) numbers.add(Integer.toString(i));
        return numbers;
    }

    @Test
    default void reportsEveryDeletionToConcurrentReaders() throws Exception {
        try (var test = open();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> readers = new ArrayList<>();
            for (String selection : List.of("w/0", "**")) {
                readers.add(threads.submit(() -> followThroughLosses(test, selection)));
            }
            for (int i = 0; i < EVENTS; i++) {
                write(test, "w/0", Integer.toString(i));
                if (i % 2 == 0)
                    assertThat(TestLog.get(test.log.delete(new ChannelName("w/0"))))
                            .isTrue();
            }
            test.end("w/0");
            for (Future<?> reader : readers) reader.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /// Readers that retention is about to overtake, again and again: a read must not skip an event that is dropped
    /// while it runs.
    @Test
    default void reportsEveryLossAtTheEdgeOfRetention() throws Exception {
        readWhile(4, test -> {
            for (int i = 0; i < 6 * EVENTS; i++) write(test, "a", Integer.toString(i));
        });
    }

    /// As above, with all events dropped at once.
    @Test
    default void reportsEveryLossDuringDeletions() throws Exception {
        readWhile(20, test -> {
            for (int i = 0; i < 4 * EVENTS; i++) {
                write(test, "a", Integer.toString(i));
                if (i % 500 == 499)
                    assertThat(TestLog.get(test.log.delete(new ChannelName("a"))))
                            .isTrue();
            }
        });
    }

    /// Reads from the oldest event of `a` on while a thread writes to it. Noise before these events makes reads
    /// long, and a thousand events make losses large, so that they coincide.
    private void readWhile(int reads, Consumer<TestLog> writing) throws Exception {
        try (var test = openKeeping(1_000);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int i = 0; i < 2_000; i++) test.publish("noise/" + i % 40, "noise", "x");
            Future<?> writer = threads.submit(() -> writing.accept(test));
            String[] names = new String[41];
            for (int i = 0; i < 40; i++) names[i] = "noise/" + i;
            names[40] = "a";
            List<Future<?>> readers = new ArrayList<>();
            for (Selection selection : List.of(Selection.of(names), Selection.of("**"))) {
                readers.add(threads.submit(() -> {
                    while (!writer.isDone()) readFromTheOldest(test, selection, reads);
                }));
            }
            writer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            for (Future<?> reader : readers) reader.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void readFromTheOldest(TestLog test, Selection selection, int reads) {
        Filter messages = Filter.types(Set.of(EventType.MESSAGE));
        ReadCursor place = TestLog.get(test.log.locate(new Start.Earliest(), selection, messages));
        long oldest = oldest(test, "nobody/" + Integer.toHexString(selection.hashCode()));
        int next = -1; // At the start and after a gap: any number.
        for (int i = 0; i < reads; i++) {
            switch (test.log.read(place, selection, messages, 2, 1 << 20)) {
                case Read.Batch batch -> {
                    place = place.moved(batch.next());
                    for (Entry entry : batch.entries()) {
                        int number = Integer.parseInt(Contents.describe(entry));
                        if (next >= 0)
                            assertThat(number).as("no gap was reported").isEqualTo(next);
                        assertThat(entry.id().position())
                                .as("no gap was reported")
                                .isLessThanOrEqualTo(oldest);
                        oldest = Long.MAX_VALUE;
                        next = number + 1;
                    }
                }
                case Read.Missing missing -> {
                    place = missing.resume();
                    next = -1;
                    oldest = Long.MAX_VALUE;
                }
                case Read.CaughtUp caughtUp -> place = place.moved(caughtUp.at());
                case Read.Pending pending -> throw new AssertionError("this log keeps everything in memory");
            }
        }
    }

    /// The position of the oldest event of `a` that is kept; [Long#MAX_VALUE] if there is none. Not taken from the
    /// channel's state, which may be older than what readers see while the channel is being trimmed.
    ///
    /// @param alone a channel without events, which no other reader names: equal calls at one head share an
    ///              answer, which may have begun before a trim
    private static long oldest(TestLog test, String alone) {
        Cursor head = test.log.head();
        Cursor before = TestLog.get(test.log.locate(new Start.Earliest(), Selection.of("a", alone), Filter.NONE))
                .cursor();
        return before.isBefore(head) ? before.position() + 1 : Long.MAX_VALUE;
    }
}
