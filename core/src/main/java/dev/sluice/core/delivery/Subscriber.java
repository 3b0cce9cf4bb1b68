package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
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
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A cursor moving through a selection of channels towards a socket. Runs only on its connection's event loop.
///
/// ```
/// open ──► Opened.begins ──► start ──► turn, turn, … ──► end
/// ```
/// Each turn reads from the cursor, gathers what the socket may take, and moves the cursor by what it took. A reader
/// that is slow, or far behind, or new, is no special case: it has its cursor, and how many bytes of the next event are
/// out.
public final class Subscriber extends Reader implements Speaker {
    /// Reads in one turn: where a filter leaves nothing, looking takes time and fills no run.
    private static final int READS_MAX = 8;

    private final Dispatcher loop;

    /// Whose connection it shares; null: it has one of its own.
    private final @Nullable Session session;

    private final Subscription asked;
    private final Wire wire;
    private @Nullable Opened opened;

    /// Where its beginning is looked for; null: it is found.
    private @Nullable Beginning beginning;

    private @Nullable Sink sink;
    private @Nullable Pulse pulse;

    /// Its cursor is behind the last entry that the sink took whole.
    private final Reading reading;

    /// What of the next event is out. Null: between two events.
    private @Nullable Part part;

    /// Words of the wire or transport that wait for the next place between two events. Almost always there are none.
    private List<Run.Text> words = List.of();

    private boolean isBlocked;

    /// Whether what was gathered depends on more than where the reader is and what it wants.
    private boolean isOwn;

    private boolean isBehind;
    private boolean isBeatDue;
    private boolean isLast;
    private boolean isDone;

    private Subscriber(Dispatcher loop, @Nullable Session session, Subscription asked, Wire wire, Opened opened) {
        this.loop = loop;
        this.session = session;
        this.asked = asked;
        this.wire = wire;
        this.opened = opened;
        this.reading = new Reading(loop, asked);
    }

    /// Registers a subscriber and finds its beginning. Call it on the dispatcher's loop.
    ///
    /// @return what to [#close] when the connection goes away, also before the beginning is found
    public static Subscriber open(Dispatcher loop, Subscription asked, Wire wire, Opened opened) {
        return open(loop, null, asked, wire, opened);
    }

    /// The same for one of a session's.
    static Subscriber open(Dispatcher loop, @Nullable Session session, Subscription asked, Wire wire, Opened opened) {
        Subscriber subscriber = new Subscriber(loop, session, loop.wish(asked), wire, opened);
        // Register, then read from the cursor: what comes between is read, never missed.
        loop.join(subscriber.asked.selection(), subscriber);
        Beginning beginning = Beginning.find(loop, asked, subscriber::found);
        if (subscriber.opened != null) subscriber.beginning = beginning;
        return subscriber;
    }

    private void found(Beginning.Found found) {
        Opened told = opened;
        if (told == null) return; // Closed meanwhile.
        opened = null;
        beginning = null;
        switch (found) {
            case Beginning.Found.Unavailable(String why) -> {
                leave();
                told.unavailable(why);
            }
            case Beginning.Found.TooFar(String why) -> {
                leave();
                told.tooFar(why);
            }
            case Beginning.Found.At(Place at, Filter wanted, Gap gap, boolean ended) -> {
                boolean fails = gap != null && asked.gapFails();
                if (ended || fails) leave();
                reading.begin(at, wanted);
                if (fails) told.missing(gap);
                else if (ended) told.ended(at.cursor());
                else told.begins(this, at.cursor(), gap);
            }
        }
    }

    /// Begins to write. Everything published since the head was sent is delivered.
    ///
    /// @param first       words before the first event
    /// @param heartbeatMs how often to give a sign of life
    public void start(Sink line, byte[] first, long heartbeatMs) {
        pulse = new Heart(heartbeatMs);
        loop.add(pulse);
        start(line, first);
    }

    /// The same on a line that shows by itself that it lives.
    void start(Sink line, byte[] first) {
        sink = line;
        if (first.length > 0) add(new Run.Text(first));
        ready(loop);
    }

    /// Says something of the transport's own, at the next place between two events.
    public void say(byte[] text) {
        if (isDone || isLast) return;
        add(new Run.Text(text));
        ready(loop);
    }

    private void add(Run.Text text) {
        if (words.isEmpty()) words = new ArrayList<>(2);
        words.add(text);
    }

    /// How many things wait to be said: a transport that answers what clients send stops listening before this grows.
    public int unsaid() {
        return words.size();
    }

    @Override
    public boolean isOver() {
        return isDone || isLast;
    }

    @Override
    public void writable() {
        isBlocked = false;
        ready(loop);
    }

    /// What it reads; the same object for all of an event loop who want the same.
    public Selection selection() {
        return asked.selection();
    }

    /// The cursor behind what the sink has taken.
    public Cursor cursor() {
        return reading.cursor();
    }

    /// Ends the stream from this side: the event that is half out is finished, then come the wire's last words for it.
    public void end(Ending why) {
        if (isDone || isLast) return;
        byte[] last = wire.end(why);
        if (last == null) {
            finish(false);
            return;
        }
        add(new Run.Text(last));
        isLast = true;
        ready(loop);
    }

    @Override
    public void close() {
        leave();
        letGo();
    }

    @Override
    void stop() {
        Opened told = opened;
        if (told == null) {
            end(new Ending.Stopping());
        } else {
            close();
            told.unavailable("this server stops");
        }
    }

    @Override
    void failed() {
        finish(false);
    }

    private void leave() {
        if (isDone) return;
        isDone = true;
        opened = null;
        if (beginning != null) beginning.close();
        beginning = null;
        loop.leave(asked.selection(), this);
        behind(false);
        words = List.of();
        reading.forget();
    }

    private void letGo() {
        sink = null;
        if (pulse != null) pulse.cancel();
    }

    /// @param whole all was said. The other side still has to take it: see [#due]
    private void finish(boolean whole) {
        Sink line = sink;
        leave();
        if (!whole) letGo();
        if (line != null) line.end(whole);
    }

    @Override
    void ready(Dispatcher on) {
        if (session == null) on.ready(this);
        else if (sink != null) session.ready(this);
    }

    @Override
    boolean turn() {
        Sink line = sink;
        if (session != null) isBlocked = false; // A session gives no turn while its connection takes nothing.
        if (isDone || isBlocked || line == null) return false;
        // Who came to the head and has no news since has had everything up to where this loop has followed the log.
        if (!isBehind && !hasNews) reading.moveTo(Cursor.later(reading.cursor(), loop.followed()));
        return isPlain() ? sendShared(line, loop.view(reading, asked, wire)) : sendOwn(line);
    }

    /// Whether nothing but events is due, from a first byte on.
    private boolean isPlain() {
        return part == null && words.isEmpty() && !isBeatDue && !isLast && wire.lead().length == 0;
    }

    private boolean sendShared(Sink line, View view) {
        if (view.isFilled()) {
            if (view.isCaughtUp()) hasNews = false;
        } else {
            isOwn = false;
            boolean more = gather(view.run());
            if (isDone) return false;
            if (!isOwn && isPlain() && !reading.isAwaiting()) view.fill(more, !hasNews);
            else return send(line, view.run(), more);
        }
        return send(line, view.run(), view.hasMore());
    }

    private boolean sendOwn(Sink line) {
        Run run = loop.run();
        boolean more = gather(run);
        return !isDone && send(line, run, more);
    }

    /// @param more whether there may be more than the run holds
    /// @return whether there is, and the sink takes it
    private boolean send(Sink line, Run run, boolean more) {
        isBlocked = run.size() > 0; // Before: there may be room again before the write returns.
        int took = isBlocked ? line.write(run.bytes()) : 0;
        if (isDone) return false; // The write found the connection gone.
        loop.wrote(took);
        line.rests(move(run, took));
        if (isDone) return false; // What it shares the line with has ended.
        boolean all = took == run.size();
        if (all) isBlocked = false;
        if (isLast && words.isEmpty()) {
            finish(true);
            return false;
        }
        behind(!all || more || reading.isAwaiting());
        return more && !isBlocked;
    }

    /// Puts into the run what comes next: the rest of an event, then words, then events. What is no event (a gap, an
    /// end) is met only with an empty run: it becomes words, and the cursor moves at once, as words are never taken
    /// back.
    ///
    /// @return whether there may be more than the run holds
    private boolean gather(Run run) {
        Cursor at = reading.cursor();
        Part begunWith = part;
        if (begunWith != null) {
            switch (rest(run, begunWith)) {
                case WHOLE -> at = begunWith.id();
                case NOT_WHOLE -> {
                    return true;
                }
                case AWAITED, GONE -> {
                    return false;
                }
            }
        }
        if (isBeatDue) beat(at);
        for (Run.Text each : words) if (!run.words(each, at)) return true;
        return isLast || events(run, at);
    }

    /// What came of looking for the rest of an event.
    private enum Rest {
        WHOLE,
        NOT_WHOLE,
        AWAITED,
        GONE
    }

    /// Adds what is left of the event that is half out. It is looked for in the log as any other; the line is cut if it
    /// is no longer there as it was.
    private Rest rest(Run run, Part begunWith) {
        // A newer event of its key may have come: that does not take back what is half said.
        boolean maybeHidden = begunWith.hasKey() && reading.isHiding();
        Read read = maybeHidden ? reading.nextOfAll(reading.cursor()) : reading.next(reading.cursor());
        // What is missing elsewhere is told between two events. As long as this one is there, it is finished first.
        if (read instanceof Read.Missing missing) read = reading.nextKnowing(missing.resume(), maybeHidden);
        switch (read) {
            case Read.Batch(List<Entry> found, Cursor next) -> {
                List<Entry> entries = asked.coalesce() && !maybeHidden ? Coalescing.join(found, begunWith.id()) : found;
                for (Entry entry : entries) {
                    if (maybeHidden && entry.id().isBefore(begunWith.id())) continue;
                    if (!(entry instanceof Event event) || !begunWith.isOf(event)) return torn();
                    Encoded bytes = loop.encoded(event, wire);
                    byte[] lead = wire.lead();
                    if (lead.length + bytes.length() != begunWith.length()) return torn();
                    return run.event(event, lead, bytes, begunWith.taken()) ? Rest.WHOLE : Rest.NOT_WHOLE;
                }
                run.move(next); // All of that the filter had left out.
                return Rest.NOT_WHOLE;
            }
            case Read.Elsewhere(CompletionStage<Read> stage) -> {
                await(reading.cursor(), stage);
                return Rest.AWAITED;
            }
            case Read.Missing _, Read.CaughtUp _ -> {
                return torn();
            }
        }
    }

    /// What the reader has is not whole and can't be made whole.
    private Rest torn() {
        finish(false);
        return Rest.GONE;
    }

    private boolean events(Run run, Cursor from) {
        Cursor at = from;
        for (int reads = 0; reads < READS_MAX && !run.isFull(); reads++) {
            switch (reading.next(at)) {
                case Read.Batch(List<Entry> entries, Cursor next) -> {
                    if (run.isEmpty() && skips(entries, at)) return true;
                    if (!entries(run, entries)) return true;
                    at = next;
                    run.move(at);
                    if (!at.isBefore(loop.followed())) { // What came behind that is news of the next round.
                        hasNews = false;
                        return false;
                    }
                }
                case Read.Missing missing -> {
                    if (run.isEmpty()) missing(missing);
                    return true;
                }
                case Read.CaughtUp(Cursor head) -> {
                    hasNews = false;
                    run.move(head);
                    return false;
                }
                case Read.Elsewhere(CompletionStage<Read> stage) -> {
                    await(at, stage);
                    return false;
                }
            }
        }
        return true;
    }

    /// @return whether all went in
    private boolean entries(Run run, List<Entry> found) {
        for (Entry entry : asked.coalesce() ? Coalescing.join(found, null) : found) {
            switch (entry) {
                case Event event -> {
                    if (!run.event(event, wire.lead(), loop.encoded(event, wire), 0)) return false;
                }
                case End end -> {
                    if (run.isEmpty()) {
                        reading.moveTo(end.id());
                        closed(end.channel(), end.id());
                        endIfComplete();
                    }
                    return false;
                }
            }
        }
        return true;
    }

    private void closed(ChannelName channel, Cursor at) {
        byte[] told = wire.closed(channel, at);
        if (told != null) add(new Run.Text(told));
    }

    private void endIfComplete() {
        if (Beginning.hasEnded(loop.log(), asked, reading.cursor())) end(new Ending.Complete());
    }

    private void missing(Read.Missing missing) {
        Gap gap = missing.gap();
        Place resume = missing.resume();
        byte[] told = asked.gapFails() ? null : wire.gap(gap);
        if (told == null) {
            end(new Ending.Missing(gap));
            return;
        }
        Cursor from = reading.cursor();
        add(new Run.Text(told));
        reading.moveTo(resume);
        // Who skips events does not skip the ends of its channels; they must not take it back to where they are.
        SortedMap<Cursor, ChannelName> ends = new TreeMap<>();
        for (ChannelName name : asked.selection().names()) {
            Cursor end = loop.log().channel(name).end();
            if (end != null && from.isBefore(end) && !resume.cursor().isBefore(end)) ends.put(end, name);
        }
        ends.forEach((end, name) -> closed(name, end));
        endIfComplete();
    }

    /// What the channel's rule says of who is too far behind.
    ///
    /// @return whether it has gone elsewhere than on
    private boolean skips(List<Entry> next, Cursor at) {
        if (!reading.isRuled(next)) return false;
        isOwn = true;
        switch (reading.overflow(next, at)) {
            case LATER -> {
                return false;
            }
            case NEWEST_OF_KEY -> missing(reading.skipToNewest());
            case NOW -> missing(reading.skipToNow());
            case END -> end(new Ending.TooFarBehind(at));
        }
        return true;
    }

    private void await(Cursor at, CompletionStage<Read> stage) {
        reading.await(at, stage, came -> {
            if (came) ready(loop);
            else if (part != null) torn();
            else end(new Ending.Unavailable("the log failed to read on"));
        });
    }

    /// Moves the cursor by what the sink took.
    ///
    /// @return whether that ends between two messages
    private boolean move(Run run, int took) {
        if (took == run.size() && part == null && words.isEmpty() && run.isWhole()) {
            if (!run.isEmpty()) reading.moveTo(run.end());
            return true;
        }
        for (int piece = 0; piece < run.pieces(); piece++) {
            int out = Math.min(run.end(piece), took) - run.start(piece);
            if (out < 0) return true;
            Run.Text text = run.text(piece);
            Event event = run.event(piece);
            if (text != null) {
                if (out < text.bytes().length) {
                    words.set(0, text.from(out));
                    return !words.getFirst().isRest();
                }
                words.removeFirst();
                if (words.isEmpty()) words = List.of();
            } else if (event != null) {
                int taken = out + (part == null ? 0 : part.taken());
                boolean isWhole = taken == run.length(piece);
                part = isWhole || taken == 0 ? null : Part.of(event, run.length(piece), taken);
                if (!isWhole) return part == null;
                reading.moveTo(run.place(piece));
            } else {
                reading.moveTo(run.place(piece));
            }
        }
        return part == null; // Nothing was gathered where the rest of an event is yet to be read from disk.
    }

    private final class Heart extends Pulse {
        Heart(long heartbeatMs) {
            super(heartbeatMs, loop.stallMs(), loop.nowMs());
        }

        /// As it is every few seconds. Also when all was said: until the other side has taken it.
        @Override
        long due(long nowMs) {
            Sink line = sink;
            if (line == null) return Wheel.NEVER;
            long went = line.progress();
            if (isStalled(went, loop.stallMs(), nowMs)) {
                finish(false);
                return Wheel.NEVER;
            }
            if (isDone) return went == Sink.NOTHING_OWED ? Wheel.NEVER : nextMs(loop.stallMs(), nowMs);
            if (beats(nowMs)) {
                isBeatDue = true;
                ready(loop);
            }
            return nextMs(loop.stallMs(), nowMs);
        }
    }

    private void beat(Cursor at) {
        isBeatDue = false;
        Lag lag = isBehind ? reading.lag(at) : Lag.NONE;
        byte[] text = wire.heartbeat(at, lag);
        if (text == null) return;
        add(new Run.Text(text));
        if (sink != null) sink.beating();
    }

    /// Whether all is out that there was when this loop last followed the log.
    boolean isCaughtUp() {
        return opened == null && !isDone && !isBehind && !hasNews && !isBlocked && part == null && words.isEmpty();
    }

    Lag lag() {
        return reading.lag(reading.cursor());
    }

    private void behind(boolean now) {
        if (now == isBehind) return;
        isBehind = now;
        loop.behind(this, now);
    }
}
