package dev.sluice.core.delivery;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.encoded.Encoded;
import dev.sluice.core.encoded.SegmentPool;
import dev.sluice.core.encoded.SegmentWriter;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The readers of one event loop, and whose turn it is. Everything but [#wake] runs on that loop.
///
/// The loop follows the log as a reader does: woken once a burst, it asks which channels grew, and gives each reader of
/// those its turn. A turn is bounded, and so is the time until the loop looks after its sockets again. Everybody has
/// one turn in a round, a session as any other connection: a reader waits for one turn of each other connection at
/// most.
public final class Dispatcher {
    /// Turns until the loop may do something else, where those of a session's subscribers count. At a few µs each this
    /// keeps the loop away for less than a millisecond.
    private static final int TURNS_MAX = 128;

    /// Bytes until then: with large events or long histories a turn takes some 50 µs.
    private static final int BYTES_MAX = 1 << 20;

    /// Steps of a fan-out until then: 10 to 50 ns each, so less than half a millisecond.
    static final int FAN_OUT_STEPS_MAX = 8_192;

    private static final long SLOT_MS = 250;

    private final Hub hub;
    private final Loop loop;
    private final LongSupplier clockMs;
    private final SegmentWriter segments;
    private final ReadMemo memo;
    private final Audience audience = new Audience();
    private final ArrayDeque<Reader> ready = new ArrayDeque<>();
    private final Set<Subscriber> behind = new HashSet<>();
    private final FanOut fanOut = new FanOut(audience, this::news);
    private final Run run = new Run();
    private final Views views = new Views();
    private final Wishes wishes = new Wishes();
    private final Rounds rounds = new Rounds();
    private final Bytes encoding = new Bytes();
    private final Wheel wheel;

    /// Whether a turn is to come that will see how far the log has grown.
    private final AtomicBoolean woken = new AtomicBoolean();

    private Cursor followed;

    /// Up to where the fan-out tells that is under way; null: none is.
    private @Nullable Cursor following;

    private boolean inTurn;
    private int turns;
    private int reads;
    private long written;

    /// How far all readers here are; read by other loops to decide what may be freed.
    private volatile Cursor passed;

    Dispatcher(Hub hub, Loop loop, SegmentPool pool, LongSupplier clockMs) {
        this.hub = hub;
        this.loop = loop;
        this.clockMs = clockMs;
        this.segments = new SegmentWriter(pool);
        this.memo = new ReadMemo(hub.log());
        this.followed = hub.log().head();
        this.passed = followed;
        this.wheel = new Wheel(SLOT_MS, clockMs.getAsLong());
    }

    /// Says that the log grew. From any thread; a burst of calls makes one task.
    void wake() {
        if (woken.compareAndSet(false, true)) loop.execute(this::turn);
    }

    /// Runs something on this loop.
    public void execute(Runnable task) {
        loop.execute(task);
    }

    /// Lets time pass: call it a few times a second.
    public void tick() {
        wheel.advance(clockMs.getAsLong());
        wake(); // A turn of its own: timers make readers ready.
    }

    /// Ends all streams here and answers all that wait: the server stops.
    public void stop() {
        List<Reader> all = new ArrayList<>();
        audience.all(all::add); // Ending changes the audience.
        for (Reader reader : all) reader.stop();
    }

    /// Works for the pool and tells how far readers are. About once a second.
    void report() {
        Cursor least = followed;
        for (Subscriber each : behind) if (each.cursor().isBefore(least)) least = each.cursor();
        passed = least;
        if (behind.isEmpty()) segments.flush();
    }

    Cursor passed() {
        return passed;
    }

    Hub hub() {
        return hub;
    }

    Log log() {
        return hub.log();
    }

    long nowMs() {
        return clockMs.getAsLong();
    }

    /// Empty, for a reader that has something of its own to be told.
    Run run() {
        run.clear();
        return run;
    }

    /// What readers share that stand where this one does, gathered or not.
    View view(Reading reading, Subscription asked, Wire wire) {
        return views.of(reading, asked, wire);
    }

    /// That much goes out in this task.
    void wrote(int bytes) {
        written += bytes;
        if (bytes > 0) rounds.wrote(bytes);
    }

    /// What was done in this task: turns of subscribers and polls, and reads of the log.
    int steps() {
        return turns + reads;
    }

    /// How much went out in this task, in bytes.
    long written() {
        return written;
    }

    /// An answer goes out in this task, with so much data.
    void answered(long bytes) {
        written += bytes;
        rounds.wrote(bytes);
    }

    /// Up to where the readers of channels that grew have been given their turn.
    Cursor followed() {
        return followed;
    }

    Wheel.Timer at(long atMs, Wheel.Timed timed) {
        return wheel.at(atMs, timed);
    }

    void add(Wheel.Timer timer) {
        wheel.add(timer);
    }

    /// For how long a reader may take nothing while something waits for it.
    long stallMs() {
        return hub.settings().stall().toMillis();
    }

    /// The same wish, shared with all who have it here, but for where it begins.
    Subscription wish(Subscription asked) {
        return wishes.of(asked);
    }

    void join(Selection selection, Reader reader) {
        audience.join(selection, reader);
        hub.readers().joined(selection);
    }

    void leave(Selection selection, Reader reader) {
        audience.leave(selection, reader);
        hub.readers().left(selection);
    }

    /// Gives a connection its turn, soon.
    void ready(Reader reader) {
        if (reader.queued) return;
        reader.queued = true;
        ready.add(reader);
        if (!inTurn) wake();
    }

    void behind(Subscriber subscriber, boolean isBehind) {
        if (isBehind) behind.add(subscriber);
        else behind.remove(subscriber);
    }

    Read read(Place place, Selection selection, Filter filter) {
        reads++;
        // Between two turns, as for a poll that has just come, what was read a while ago would not do.
        if (!inTurn) return log().read(place, selection, filter, ReadMemo.ENTRIES_MAX, ReadMemo.BYTES_MAX);
        return memo.read(place, selection, filter);
    }

    /// An event's bytes, made if nobody has made them yet. Good for this task of the loop.
    public Encoded encoded(Event event, EventFormat format) {
        Encoded known = event.encoded(format.form());
        if (known != null) return known;
        format.event(event, encoding.clear());
        Encoded made = segments.write(format.form(), event.id(), encoding);
        event.remember(made);
        return made;
    }

    private void turn() {
        long nowNs = loop.nowNs();
        long pauseNs = rounds.pauseNs(nowNs, log().head());
        if (pauseNs > 0) {
            loop.after(pauseNs, this::turn);
            return;
        }
        inTurn = true;
        try {
            // What grows during a round is for the next: else it would have no end, and each event a write of its own.
            if (!rounds.isUnderWay() && follow()) rounds.begin(nowNs, ready.size());
            turns = 0;
            reads = 0;
            written = 0;
            while (rounds.isUnderWay() && turns < TURNS_MAX && written < BYTES_MAX) {
                rounds.turn();
                Reader reader = ready.remove();
                reader.queued = false;
                if (turn(reader)) ready(reader);
            }
        } finally {
            inTurn = false;
            // The log grows, and neither events nor addresses are kept from one task to the next.
            memo.forget();
            views.forget();
            run.clear();
            if (following == null && !rounds.isUnderWay()) rounds.end(loop.nowNs(), log().head());
            goOn();
        }
    }

    /// What is left of a round, and what grew during it. Later, as loops run all tasks that are there before
    /// they look after their sockets: clients that come would wait for thousands of writes, and the kernel turns
    /// away those for whom it has no place.
    private void goOn() {
        if (ready.isEmpty() && following == null) {
            woken.set(false); // First: whatever grows from here on wakes anew.
            if (!followed.isBefore(log().head()) || !woken.compareAndSet(false, true)) return;
        }
        loop.after(0, this::turn);
    }

    /// Gives a reader its turn. One that fails is let go and reported to the loop; the others must not suffer.
    ///
    /// @return whether it could go on at once
    boolean turn(Reader reader) {
        turns++;
        try {
            return reader.turn();
        } catch (RuntimeException mistake) {
            reader.failed();
            loop.execute(() -> {
                throw mistake;
            });
            return false;
        }
    }

    /// @return whether the readers of all that grew know of it; if not, nobody has a turn before they do
    private boolean follow() {
        if (following == null) {
            Cursor head = log().head();
            if (!followed.isBefore(head)) return true;
            following = audience.isEmpty() ? head : fanOut.begin(log(), followed);
        }
        if (!fanOut.go(FAN_OUT_STEPS_MAX)) return false;
        followed = following;
        following = null;
        return true;
    }

    private void news(Reader reader) {
        reader.hasNews = true;
        reader.ready(this);
    }
}
