package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// One answer to one question: what is behind this cursor? At once, or as soon as there is something. The
/// same read as a stream's, with another stop condition. Runs only on its connection's event loop.
public final class Poll extends Reader {
    /// What a poll found.
    public sealed interface Result {
        /// @param begin  the place it looked from
        /// @param events at most as many as asked for, oldest first
        /// @param cursor where to go on
        /// @param more   whether there is more at once; paging back, whether there are earlier ones
        /// @param gap    what is missing in front of the events; null: nothing
        /// @param closed whether all channels have ended and nothing is left
        record Found(
                Cursor begin,
                List<Event> events,
                Cursor cursor,
                boolean more,
                @Nullable Gap gap,
                boolean closed) implements Result {}

        /// Something is missing, and the reader asked to fail then.
        record Missing(Gap gap) implements Result {}

        /// The log can't say now.
        record Unavailable(String why) implements Result {}

        /// There is no room for what it finds.
        record NoRoom() implements Result {}

        /// The log would have to look for the beginning for too long, whenever it is asked.
        record TooFar(String why) implements Result {}
    }

    /// What an event takes besides its data, as the log's limits count it.
    public static final int EVENT_BYTES = 256;

    /// Reads in one turn: who finds something reads on, to know whether that was all.
    private static final int READS_MAX = 4;

    private final Dispatcher loop;
    private final Subscription asked;
    private final int limit;
    private final long dataBytesMax;
    private final @Nullable Cursor before;
    private final LongPredicate room;
    private final Consumer<Result> answer;
    private final List<Event> events = new ArrayList<>(0);

    private Filter filter = Filter.NONE;
    private Cursor begin;
    private Place place;
    private @Nullable Gap gap;
    private @Nullable Read arrived;
    private Wheel.@Nullable Timer limitOfWait;
    private @Nullable Beginning beginning;
    private boolean isReading;
    private boolean isWaiting;
    private boolean isLate;
    private boolean isDone;

    /// Whether events in front of the page were left out.
    private boolean hasEarlier;

    private long bytes;
    private long roomy; // There is room for so many bytes.

    private Poll(
            Dispatcher loop,
            Subscription asked,
            int limit,
            long dataBytesMax,
            @Nullable Cursor before,
            LongPredicate room,
            Consumer<Result> answer) {
        this.loop = loop;
        this.asked = asked;
        this.limit = limit;
        this.dataBytesMax = dataBytesMax;
        this.before = before;
        this.room = room;
        this.answer = answer;
        this.begin = loop.followed();
        this.place = Place.at(begin);
    }

    /// Asks. Call it on the dispatcher's loop; the answer comes once, on that loop.
    ///
    /// @param limit        at most so many events
    /// @param dataBytesMax no further event once so many bytes of data are there
    /// @param waitMs       how long to wait for the first one; 0: not at all
    /// @param before       paging back: the newest events before this one; null: to the end
    /// @param room         whether there is room for so many bytes more: of data, and [#EVENT_BYTES] for each event
    /// @return what to [#close] when nobody wants the answer any more
    public static Poll ask(
            Dispatcher loop,
            Subscription asked,
            int limit,
            long dataBytesMax,
            long waitMs,
            @Nullable Cursor before,
            LongPredicate room,
            Consumer<Result> answer) {
        Poll poll = new Poll(loop, asked, limit, dataBytesMax, before, room, answer);
        loop.join(asked.selection(), poll);
        poll.isLate = waitMs == 0;
        if (waitMs > 0) poll.limitOfWait = loop.at(loop.nowMs() + waitMs, poll::late);
        poll.beginning = Beginning.find(loop, asked, poll::found);
        return poll;
    }

    /// The same where there is always room.
    public static Poll ask(
            Dispatcher loop,
            Subscription asked,
            int limit,
            long dataBytesMax,
            long waitMs,
            @Nullable Cursor before,
            Consumer<Result> answer) {
        return ask(loop, asked, limit, dataBytesMax, waitMs, before, _ -> true, answer);
    }

    /// Nobody waits for the answer any more.
    public void close() {
        if (isDone) return;
        isDone = true;
        loop.leave(asked.selection(), this);
        if (limitOfWait != null) limitOfWait.cancel();
        if (beginning != null) beginning.close();
    }

    @Override
    void stop() {
        isLate = true;
        if (isReading) loop.ready(this);
        else answer(new Result.Unavailable("this server stops"));
    }

    @Override
    void failed() {
        answer(new Result.Unavailable("the log failed to read"));
    }

    private void found(Beginning.Found found) {
        if (isDone) return;
        switch (found) {
            case Beginning.Found.Unavailable(String why) -> answer(new Result.Unavailable(why));
            case Beginning.Found.TooFar(String why) -> answer(new Result.TooFar(why));
            case Beginning.Found.At(Place at, Filter wanted, Gap missing, boolean _) -> {
                begin = at.cursor();
                place = at;
                filter = wanted;
                isReading = true;
                if (missing != null && asked.gapFails()) {
                    answer(new Result.Missing(missing));
                    return;
                }
                gap = missing;
                // At once, not in a turn of its own: most polls that need not wait are answered in one go.
                if (turn()) loop.ready(this);
            }
        }
    }

    private long late(long nowMs) {
        isLate = true;
        if (isReading) loop.ready(this);
        return Wheel.NEVER;
    }

    @Override
    boolean turn() {
        boolean more = true;
        for (int reads = 0; more && reads < READS_MAX; reads++) more = look();
        return more;
    }

    /// @return whether there may be more at once
    private boolean look() {
        if (isDone || !isReading || isWaiting) return false;
        Read came = arrived;
        Read read = came != null ? came : loop.read(place, asked.selection(), filter);
        arrived = null;
        return switch (read) {
            case Read.Batch(List<Entry> entries, Cursor next) -> {
                if (take(asked.coalesce() ? Coalescing.join(entries, null) : entries)) yield false;
                place = place.moved(next);
                yield true;
            }
            case Read.Missing(Gap missing, Place resume) -> {
                missing(missing, resume);
                yield !isDone;
            }
            case Read.CaughtUp(Cursor head)
            when before == null && came != null && head.isBefore(loop.log().head()) -> {
                place = place.moved(head); // The log has grown since it was asked.
                yield true;
            }
            case Read.CaughtUp(Cursor head) -> {
                if (before == null) place = place.moved(head);
                boolean closed = Beginning.hasEnded(loop.log(), asked, place.cursor());
                if (isLate || closed || gap != null || !events.isEmpty()) answer(hasEarlier, closed);
                yield false;
            }
            case Read.Elsewhere(CompletionStage<Read> later) -> {
                await(later);
                yield false;
            }
        };
    }

    /// @return whether that was all, and the answer is given
    private boolean take(List<Entry> entries) {
        for (Entry entry : entries) {
            if (before != null && !entry.id().isBefore(before)) {
                answer(hasEarlier, false);
                return true;
            }
            if (entry instanceof Event event) {
                if (before == null && (events.size() == limit || bytes > dataBytesMax)) {
                    answer(true, false);
                    return true;
                }
                events.add(event);
                bytes += event.content().bytes().length;
                while (events.size() > limit || (before != null && bytes > dataBytesMax && events.size() > 1)) {
                    leaveOutFirst();
                }
            }
            place = place.moved(entry.id());
        }
        if (hasRoom()) return false;
        answer(new Result.NoRoom());
        return true;
    }

    private boolean hasRoom() {
        long found = bytes + (long) EVENT_BYTES * events.size();
        long more = found - roomy;
        if (more <= 0) return true; // Less than before, as events in front of a page were left out.
        roomy = found;
        return room.test(more);
    }

    private void leaveOutFirst() {
        Event first = events.removeFirst();
        bytes -= first.content().bytes().length;
        begin = first.id();
        hasEarlier = true;
    }

    private void missing(Gap missing, Place resume) {
        if (asked.gapFails() && events.isEmpty()) {
            answer(new Result.Missing(missing));
        } else if ((events.isEmpty() && gap == null) || before != null) {
            // A page that ends before an event has no hole in it: what lies in front of one is gone by now as well.
            events.clear();
            bytes = 0;
            gap = missing;
            place = resume;
        } else {
            answer(true, false); // The next poll is told.
        }
    }

    private void await(CompletionStage<Read> later) {
        isWaiting = true;
        later.whenComplete((read, failure) -> loop.execute(() -> {
            isWaiting = false;
            if (isDone) return;
            if (failure != null) {
                answer(new Result.Unavailable("the log failed to read"));
                return;
            }
            arrived = read;
            loop.ready(this);
        }));
    }

    private void answer(boolean more, boolean closed) {
        if (hasRoom()) answer(new Result.Found(begin, List.copyOf(events), place.cursor(), more, gap, closed));
        else answer(new Result.NoRoom());
    }

    private void answer(Result result) {
        if (isDone) return;
        close();
        loop.answered(bytes);
        answer.accept(result);
    }
}
