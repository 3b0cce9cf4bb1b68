package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Many subscribers on one connection. Each has its own cursor; they share the connection's turn, one after the other,
/// so that a session of ten thousand takes no more of the event loop at a time than any other connection. The
/// connection belongs to the one that is in the midst of a message until that is whole. What the session has to say
/// itself goes out between two messages, before anything else. Runs only on its connection's event loop.
public final class Session extends Reader implements Speaker {
    /// How a session spells what it says by itself, and what it has to be told.
    public interface Voice {
        /// All subscriptions but those named have had everything up to a place.
        ///
        /// @param behind how far the others are behind it, by their names
        byte[] heartbeat(Cursor at, Map<String, Lag> behind);

        /// Some of what the session had to say has gone out.
        default void said() {}

        /// The connection is gone.
        void closed();
    }

    /// What is said of a wish to subscribe, and what the one who wished is told.
    public interface Opening {
        /// @param gap what is missing in front of it; null: nothing
        byte[] begins(Cursor at, @Nullable Gap gap);

        /// All its channels have ended. It is over.
        byte[] ended(Cursor at);

        /// It is refused. It is over.
        byte[] missing(Gap gap);

        /// It is refused for now, or can't go on. It is over.
        byte[] unavailable(String why);

        byte[] tooFar(String why);

        /// It is over, in whichever way.
        default void over() {}
    }

    /// [Steps][Dispatcher#steps] of one turn, which the last subscriber in it may exceed by a turn of its own: enough
    /// for sixteen that have an event each. A turn also ends with [Run#BYTES] written, exceeded in the same way.
    static final int STEPS_MAX = 32;

    private final Dispatcher loop;
    private final Voice voice;
    private final Sink line;
    private final Pulse pulse;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final ArrayDeque<Run.Text> words = new ArrayDeque<>();

    /// Subscribers that have something to write, in the order of their turns.
    private final ArrayDeque<Subscriber> due = new ArrayDeque<>();

    /// Who is in the midst of a message; null: nobody.
    private @Nullable Lane speaking;

    /// Channels and patterns of all subscriptions.
    private int patterns;

    private boolean isFull;
    private boolean isBeatDue;
    private boolean isLast;
    private boolean isDone;

    /// Call it on the dispatcher's loop, when the line is open.
    ///
    /// @param line makes the sink, which tells this session of what becomes of it
    public Session(Dispatcher loop, Voice voice, Function<Speaker, Sink> line, long heartbeatMs) {
        this.loop = loop;
        this.voice = voice;
        this.line = line.apply(this);
        this.pulse = new Heart(heartbeatMs);
        loop.add(pulse);
    }

    /// Whether there is a subscription of this name, begun or not.
    public boolean has(String name) {
        return lanes.containsKey(name);
    }

    public int subscriptions() {
        return lanes.size();
    }

    /// How many channels and patterns its subscriptions name together.
    public int patterns() {
        return patterns;
    }

    /// Begins a subscription.
    ///
    /// @param name  that no other of this session has
    /// @param wire  whose [Wire#lead] is not empty
    /// @param first what is said when it begins, before its first event
    public void subscribe(String name, Subscription asked, Wire wire, Opening first) {
        Lane lane = new Lane(name, first, asked.selection().weight());
        lanes.put(name, lane);
        patterns += lane.patterns;
        lane.subscriber = Subscriber.open(loop, this, asked, wire, lane);
    }

    /// Ends a subscription: an event of it that is half out is finished, then come its wire's last words.
    ///
    /// @return false: there is none that has begun
    public boolean unsubscribe(String name) {
        Lane lane = lanes.get(name);
        if (lane == null) return false;
        Subscriber subscriber = lane.subscriber;
        if (lane.isBegun && subscriber != null) {
            subscriber.end(new Ending.ByClient(0, ""));
            return true;
        }
        lane.close();
        return false;
    }

    /// Says something between two messages.
    public void say(byte[] message) {
        if (isOver()) return;
        add(message);
        loop.ready(this);
    }

    /// Nothing at all, as the end of a body without chunks, need not wait to be written.
    private void add(byte[] message) {
        if (message.length > 0) words.add(new Run.Text(message));
    }

    /// How many things wait to be said.
    public int unsaid() {
        return words.size();
    }

    /// Says something last: a message that is half out is finished before, all others are not begun any more.
    public void end(byte[] lastWords) {
        if (isOver()) return;
        add(lastWords);
        isLast = true;
        for (Lane lane : List.copyOf(lanes.values())) if (lane != speaking) lane.close();
        loop.ready(this);
    }

    @Override
    public boolean isOver() {
        return isDone || isLast;
    }

    @Override
    public void writable() {
        isFull = false;
        loop.ready(this);
    }

    @Override
    public void close() {
        if (isDone) return;
        isDone = true;
        pulse.cancel();
        words.clear();
        due.clear();
        for (Lane lane : List.copyOf(lanes.values())) lane.close();
        voice.closed();
    }

    private void cut() {
        close();
        line.end(false);
    }

    /// Gives a subscriber its turn in one of the session's, soon.
    void ready(Subscriber subscriber) {
        if (isDone || subscriber.queued) return;
        subscriber.queued = true;
        due.add(subscriber);
        if (!isFull) loop.ready(this);
    }

    @Override
    boolean turn() {
        int stepsEnd = loop.steps() + STEPS_MAX;
        long bytesEnd = loop.written() + Run.BYTES;
        for (int i = 0; i < STEPS_MAX && loop.steps() < stepsEnd && loop.written() < bytesEnd; i++) {
            if (isDone || isFull || !next()) return false;
        }
        return true;
    }

    /// @return false: there is nothing to do now
    private boolean next() {
        if (speaking != null) {
            boolean more = give(speaking.subscriber);
            return more || speaking == null; // Else the rest of its message is yet to be read from disk.
        } else if (isBeatDue) {
            beat();
        } else if (!words.isEmpty()) {
            sayWords();
        } else if (isLast) {
            close();
            line.end(true);
        } else {
            Subscriber next = due.poll();
            if (next == null) return false;
            next.queued = false;
            give(next);
        }
        return true;
    }

    /// @return whether it could go on at once
    private boolean give(@Nullable Subscriber subscriber) {
        if (subscriber == null || !loop.turn(subscriber)) return false;
        if (speaking == null) ready(subscriber);
        return true;
    }

    private void sayWords() {
        Run run = loop.run();
        for (Run.Text each : words) if (!run.words(each, loop.followed())) break;
        int took = write(run.bytes());
        if (isDone) return; // The write found the connection gone.
        loop.wrote(took);
        drop(took);
        voice.said();
    }

    private void drop(int bytes) {
        int left = bytes;
        while (left > 0) {
            Run.Text first = words.remove();
            int length = first.bytes().length;
            if (left < length) words.addFirst(first.from(left));
            left -= Math.min(left, length);
        }
    }

    private int write(ByteBuffer bytes) {
        isFull = true; // Before: there may be room again before the write returns.
        int took = line.write(bytes);
        if (!bytes.hasRemaining()) isFull = false;
        return took;
    }

    @Override
    void stop() {
        // Who speaks for the transport ends it in the transport's words.
    }

    @Override
    void failed() {
        cut();
    }

    private final class Heart extends Pulse {
        Heart(long heartbeatMs) {
            super(heartbeatMs, loop.stallMs(), loop.nowMs());
        }

        @Override
        long due(long nowMs) {
            if (isStalled(line.progress(), loop.stallMs(), nowMs)) {
                cut();
                return Wheel.NEVER;
            }
            if (beats(nowMs)) {
                isBeatDue = true;
                loop.ready(Session.this);
            }
            return nextMs(loop.stallMs(), nowMs);
        }
    }

    private void beat() {
        isBeatDue = false;
        Map<String, Lag> behind = new LinkedHashMap<>();
        for (Lane lane : lanes.values()) {
            Subscriber subscriber = lane.subscriber;
            if (lane.isBegun && subscriber != null && !subscriber.isCaughtUp()) behind.put(lane.name, subscriber.lag());
        }
        add(voice.heartbeat(loop.followed(), behind));
        line.beating();
    }

    /// One subscriber's way to the line.
    private final class Lane implements Sink, Opened {
        private final String name;
        private final Opening first;
        private final int patterns;
        private @Nullable Subscriber subscriber;
        private boolean isBegun;
        private boolean wasShort;

        Lane(String name, Opening first, int patterns) {
            this.name = name;
            this.first = first;
            this.patterns = patterns;
        }

        void close() {
            leave();
            if (subscriber != null) subscriber.close();
        }

        private void leave() {
            if (!lanes.remove(name, this)) return;
            Session.this.patterns -= patterns;
            first.over();
        }

        @Override
        public void begins(Subscriber opened, Cursor at, @Nullable Gap gap) {
            subscriber = opened;
            isBegun = true;
            opened.start(this, first.begins(at, gap));
        }

        @Override
        public void ended(Cursor at) {
            over(first.ended(at));
        }

        @Override
        public void missing(Gap gap) {
            over(first.missing(gap));
        }

        @Override
        public void unavailable(String why) {
            over(first.unavailable(why));
        }

        @Override
        public void tooFar(String why) {
            over(first.tooFar(why));
        }

        private void over(byte[] lastWords) {
            leave();
            say(lastWords);
        }

        @Override
        public int write(ByteBuffer bytes) {
            int took = Session.this.write(bytes);
            wasShort = bytes.hasRemaining();
            return took;
        }

        @Override
        public void rests(boolean isBetween) {
            if (isDone) return;
            speaking = isBetween ? null : this;
            if (isLast && isBetween) close();
            else if (wasShort && isBetween && subscriber != null) ready(subscriber);
            wasShort = false;
        }

        @Override
        public long progress() {
            return NOTHING_OWED; // The session looks after the line.
        }

        @Override
        public void end(boolean whole) {
            leave();
            if (isDone || whole) return;
            if (speaking == this) cut(); // What is half out can't be made whole.
            else say(first.unavailable("the subscription failed"));
        }
    }
}
