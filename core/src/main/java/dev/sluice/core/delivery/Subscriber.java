package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.encoded.Encoded;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.Read;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A cursor moving through a selection of channels towards a socket. Runs only on its connection's event loop.
///
/// ```
/// open ──► Opened.begins ──► start ──► turn, turn, … ──► end
/// ```
/// Each turn reads from the cursor, gathers what the socket may take, and moves the cursor by what it took. A reader
/// that
/// is slow, or far behind, or new, is no special case: it has its cursor, and how many bytes of the next event are out.
public final class Subscriber extends Reader {
    /// What becomes of a wish to subscribe, told once.
    public interface Opened {
        /// Send the head, then call [Subscriber#start].
        ///
        /// @param at  the cursor that the reading begins at
        /// @param gap what is missing in front of it, to be told first; null: nothing
        void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap);

        /// All channels have ended and the reader has had their ends.
        void ended(Cursor at);

        /// Something is missing, and the reader or its wire wants to be refused then.
        void missing(Gap gap);

        /// The log can't say now.
        void unavailable(String why);
    }

    private final Dispatcher loop;
    private final Subscription asked;
    private final Wire wire;
    private @Nullable Sink sink;
    private Filter filter = Filter.NONE;

    /// Behind the last entry that the sink took whole.
    private Cursor cursor;

    private Cursor known;

    /// What came up to here it asked for when it came; only what is behind counts as falling behind.
    private Cursor begun;

    /// Bytes of the next event that the sink has taken, how many it has in all, and its id. 0: between events.
    private int taken;

    private int takenOf;
    private @Nullable Cursor takenId;

    /// Words of the wire or transport that wait for the next place between two events.
    private final ArrayDeque<Run.Text> words = new ArrayDeque<>(0);

    /// What the log gave later than it was asked, the place it was asked for, and what is still to come.
    private @Nullable Read arrived;

    private @Nullable Cursor arrivedAt;
    private @Nullable CompletionStage<Read> awaited;
    private boolean isBlocked;
    private boolean isBehind;
    private boolean isBeatDue;
    private boolean isLast;
    private boolean isDone;

    private long heartbeatMs = Long.MAX_VALUE;
    private long nextBeatMs;
    private long progress;
    private long progressMs;

    private Subscriber(Dispatcher loop, Subscription asked, Wire wire) {
        this.loop = loop;
        this.asked = asked;
        this.wire = wire;
        this.cursor = loop.followed();
        this.known = cursor;
        this.begun = cursor;
    }

    /// Registers a subscriber and finds its beginning. Call it on the dispatcher's loop.
    ///
    /// @return what to [#close] when the connection goes away, also before the beginning is found
    public static Subscriber open(Dispatcher loop, Subscription asked, Wire wire, Opened opened) {
        Subscriber subscriber = new Subscriber(loop, asked, wire);
        // Register, then read from the cursor: what comes between is read, never missed.
        loop.join(asked.selection(), subscriber);
        Beginning.find(loop, asked, found -> subscriber.found(found, opened));
        return subscriber;
    }

    private void found(Beginning.Found found, Opened opened) {
        if (isDone) return;
        switch (found) {
            case Beginning.Found.Unavailable(String why) -> {
                close();
                opened.unavailable(why);
            }
            case Beginning.Found.At(Place at, Filter wanted, Gap gap, boolean ended) -> {
                if (ended || (gap != null && asked.gapFails())) close();
                cursor = at.cursor();
                known = at.known();
                filter = wanted;
                begun = Cursor.later(cursor, loop.log().head());
                if (gap != null && asked.gapFails()) opened.missing(gap);
                else if (ended) opened.ended(cursor);
                else opened.begins(this, cursor, gap);
            }
        }
    }

    /// Begins to write. Everything published since the head was sent is delivered.
    ///
    /// @param first       words before the first event
    /// @param heartbeatMs how often to give a sign of life
    public void start(Sink sink, byte[] first, long heartbeatMs) {
        this.sink = sink;
        this.heartbeatMs = heartbeatMs;
        long now = loop.nowMs();
        progressMs = now;
        nextBeatMs = now + heartbeatMs;
        if (first.length > 0) words.add(new Run.Text(first));
        loop.at(now + checkMs(), this::due);
        loop.ready(this);
    }

    /// Says something of the transport's own, at the next place between two events.
    public void say(byte[] text) {
        if (isDone || isLast) return;
        words.add(new Run.Text(text));
        loop.ready(this);
    }

    /// How many things wait to be said: a transport that answers what clients send stops listening before this grows.
    public int unsaid() {
        return words.size();
    }

    /// The sink takes more.
    public void writable() {
        isBlocked = false;
        loop.ready(this);
    }

    /// The cursor behind what the sink has taken.
    public Cursor cursor() {
        return cursor;
    }

    /// Ends the stream from this side, with the wire's last words for it where they still fit in.
    public void end(Ending why) {
        if (isDone || isLast) return;
        byte[] last = wire.end(why);
        if (sink == null || taken > 0 || last == null) {
            finish(false);
            return;
        }
        words.add(new Run.Text(last));
        isLast = true;
        loop.ready(this);
    }

    /// The connection is gone, or the wish to subscribe is. Nothing is written any more.
    public void close() {
        if (isDone) return;
        isDone = true;
        loop.leave(asked.selection(), this);
        behind(false);
        words.clear();
        arrived = null;
    }

    @Override
    void stop() {
        end(new Ending.Stopping());
    }

    private void finish(boolean whole) {
        Sink line = sink;
        close();
        if (line != null) line.end(whole);
    }

    @Override
    boolean turn() {
        Sink line = sink;
        if (isDone || isBlocked || line == null) return false;
        Run run = loop.run();
        run.clear();
        boolean more = gather(run);
        if (isDone) return false;
        int took = run.size() == 0 ? 0 : line.write(run.bytes());
        if (isDone) return false; // The write found the connection gone.
        move(run, took);
        isBlocked = took < run.size();
        if (isLast && words.isEmpty()) {
            finish(true);
            return false;
        }
        behind(isBlocked || more || awaited != null);
        return more && !isBlocked;
    }

    /// Puts into the run what comes next: words, then events. What is no event (a gap, an end) is met only with an
    /// empty
    /// run: it becomes words, and the cursor moves at once, as words are never taken back.
    ///
    /// @return whether there may be more than the run holds
    private boolean gather(Run run) {
        if (taken == 0) {
            if (isBeatDue) beat();
            for (Run.Text each : words) if (!run.words(each, cursor)) return true;
        }
        Cursor at = cursor;
        while (!isLast && !run.isFull()) {
            switch (next(at)) {
                case Read.Batch(List<Entry> entries, Cursor next) -> {
                    if (isTooFarBehind(entries, at)) {
                        if (run.isEmpty()) skip(entries.getFirst());
                        return true;
                    }
                    if (!entries(run, entries)) return true;
                    at = next;
                    run.move(at);
                }
                case Read.Missing(Gap gap, Place resume) -> {
                    if (run.isEmpty()) missing(gap, resume);
                    return true;
                }
                case Read.CaughtUp(Cursor head) -> {
                    run.move(head);
                    return false;
                }
                case Read.Elsewhere(CompletionStage<Read> later) -> {
                    await(at, later);
                    return false;
                }
            }
            if (taken > 0 && (isBeatDue || !words.isEmpty()))
                return true; // They have waited for the end of this event.
        }
        return true;
    }

    /// @return whether all went in
    private boolean entries(Run run, List<Entry> found) {
        List<Entry> entries = asked.coalesce() ? Coalescing.join(found, takenId) : found;
        for (Entry entry : entries) {
            switch (entry) {
                case Event event -> {
                    Encoded bytes = loop.encoded(event, wire);
                    int from = run.isEmpty() ? taken : 0;
                    if (from > 0 && (!event.id().equals(takenId) || bytes.length() != takenOf)) {
                        end(new Ending.Torn());
                        return false;
                    }
                    if (!run.event(bytes, from, event.id())) return false;
                }
                case End end -> {
                    if (run.isEmpty()) closed(end);
                    return false;
                }
            }
        }
        return true;
    }

    private void closed(End end) {
        if (taken > 0) {
            end(new Ending.Torn());
            return;
        }
        cursor = end.id();
        byte[] told = wire.closed(end.channel(), end.id());
        if (told != null) words.add(new Run.Text(told));
        if (Beginning.hasEnded(loop.log(), asked, cursor)) end(new Ending.Complete());
    }

    private void missing(Gap gap, Place resume) {
        if (taken > 0) {
            end(new Ending.Torn());
            return;
        }
        byte[] told = asked.gapFails() ? null : wire.gap(gap);
        if (told == null) {
            end(new Ending.Missing(gap));
            return;
        }
        words.add(new Run.Text(told));
        cursor = resume.cursor();
        known = resume.known();
    }

    private boolean isTooFarBehind(List<Entry> entries, Cursor at) {
        if (entries.isEmpty() || taken > 0 || at.isBefore(begun)) return false;
        Overflow rule =
                loop.hub().settings().overflow().apply(entries.getFirst().channel());
        return rule.then() != Overflow.Then.LATER
                && rule.isExceeded(loop.log().lag(new Place(at, known), asked.selection()));
    }

    private void skip(Entry next) {
        Cursor head = loop.log().head();
        begun = head;
        switch (loop.hub().settings().overflow().apply(next.channel()).then()) {
            case LATER -> {}
            case NEWEST_OF_KEY -> {
                filter = new Filter(asked.types(), asked.conflate(), head);
                missing(new Gap(cursor.text(), cursor, Gap.Reason.SKIPPED), new Place(cursor, known));
            }
            case NOW -> missing(new Gap(cursor.text(), head, Gap.Reason.SKIPPED), Place.at(head));
            case END -> end(new Ending.TooFarBehind(cursor));
        }
    }

    private Read next(Cursor at) {
        Read read = arrived;
        arrived = null;
        // What was awaited for another place is of no use: the sink took less than was hoped.
        if (read != null && at.equals(arrivedAt)) return read;
        return loop.read(at, known, asked.selection(), filter);
    }

    private void await(Cursor at, CompletionStage<Read> later) {
        if (awaited != null) return;
        awaited = later;
        later.whenComplete((read, failure) -> loop.execute(() -> {
            awaited = null;
            if (isDone) return;
            if (failure != null) {
                end(new Ending.Unavailable("the log failed to read on"));
                return;
            }
            arrived = read;
            arrivedAt = at;
            loop.ready(this);
        }));
    }

    /// Moves the cursor by what the sink took.
    private void move(Run run, int took) {
        for (int piece = 0; piece < run.pieces(); piece++) {
            int out = Math.min(run.end(piece), took) - run.start(piece);
            if (out < 0) return;
            Run.Text text = run.text(piece);
            if (text != null) {
                words.remove();
                if (out < text.bytes().length) {
                    words.addFirst(new Run.Text(Arrays.copyOfRange(text.bytes(), out, text.bytes().length)));
                    return;
                }
            } else if (taken + out < run.length(piece)) {
                if (taken + out == 0) return;
                taken += out;
                takenOf = run.length(piece);
                takenId = run.place(piece);
                return;
            } else {
                taken = 0;
                takenId = null;
                cursor = run.place(piece);
            }
        }
    }

    private long due(long nowMs) {
        Sink line = sink;
        if (isDone || line == null) return Wheel.NEVER;
        long went = line.progress();
        if (went == Sink.NOTHING_OWED || went != progress) {
            progress = went;
            progressMs = nowMs;
        } else if (nowMs - progressMs >= loop.hub().settings().stall().toMillis()) {
            finish(false);
            return Wheel.NEVER;
        }
        if (nowMs >= nextBeatMs) {
            nextBeatMs = nowMs + heartbeatMs;
            isBeatDue = true;
            loop.ready(this);
        }
        return nowMs + checkMs();
    }

    private long checkMs() {
        return Math.min(heartbeatMs, loop.hub().settings().stall().toMillis() / 4);
    }

    private void beat() {
        isBeatDue = false;
        // Who is not behind has had all of its channels up to where this loop has followed the log.
        if (!isBehind) cursor = Cursor.later(cursor, loop.followed());
        Lag lag = isBehind ? loop.log().lag(new Place(cursor, known), asked.selection()) : Lag.NONE;
        byte[] text = wire.heartbeat(cursor, lag);
        if (text == null) return;
        words.add(new Run.Text(text));
        if (sink != null) sink.beating();
    }

    private void behind(boolean now) {
        if (now == isBehind) return;
        isBehind = now;
        loop.behind(this, now);
    }
}
