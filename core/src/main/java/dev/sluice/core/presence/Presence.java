package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Who is in which channel. May be called from any thread, blocks none: all it knows belongs to one owner, who is
/// told of everything and does one thing after the other.
///
/// ```
/// join ──► connections 0 → 1: here ──────────────┐
/// close ─► connections 1 → 0: lingers ──► gone ──┴─► differs from the shadow? ──► next batch ──► log
/// ```
/// A change is no task but a difference between what is and what the shadow says. So who comes and goes in between
/// is never written, and what a log refused is simply still different at the next batch.
public final class Presence implements AutoCloseable {
    /// What one [#tick] does at most, so that the owner, an event loop, has time for others: four ticks a second make
    /// a hundred thousand leave in some three seconds.
    private static final int LEAVES_MAX = 10_000;

    private static final int BATCHES_MAX = 1_000;

    private final Log log;
    private final PresenceSettings settings;
    private final Executor owner;
    private final LongSupplier elapsedMs;
    private final Trouble trouble;
    private volatile boolean isClosed;
    private volatile boolean isFull;

    // From here on for the owner alone.
    private final Map<ChannelName, Room> rooms = new HashMap<>();

    /// Members without a connection, who is due first in front: they all linger equally long.
    private final LinkedHashSet<Attendance> lingering = new LinkedHashSet<>();

    /// Rooms with a batch to write, under way, or just written.
    private final LinkedHashSet<Room> busy = new LinkedHashSet<>();

    /// Rooms whose last batch the log did not take.
    private final LinkedHashSet<Room> stuck = new LinkedHashSet<>();

    private int members;

    private Presence(Log log, PresenceSettings settings, Executor owner, LongSupplier elapsedMs, Trouble trouble) {
        this.log = log;
        this.settings = settings;
        this.owner = owner;
        this.elapsedMs = elapsedMs;
        this.trouble = trouble;
    }

    /// Begins with the members that the log has: they linger from now on, as if their connections had just
    /// ended. Blocks while it reads them.
    ///
    /// @param owner     runs tasks one after the other
    /// @param elapsedMs milliseconds that never go back
    public static Presence open(
            Log log, PresenceSettings settings, Executor owner, LongSupplier elapsedMs, Trouble trouble) {
        Presence presence = new Presence(log, settings, owner, elapsedMs, trouble);
        Roll.call(log, presence::restore, trouble);
        return presence;
    }

    private void restore(Event event) {
        ChannelName channel = Shadow.caster(event.channel()).orElseThrow();
        Attendance who = attendance(channel, Objects.requireNonNull(event.key()));
        who.isHere = true;
        who.isWritten = true;
        who.timeMs = event.timeMs();
        linger(who);
    }

    /// A connection of `client` subscribes to a channel. It is a member at once; that is written soon.
    ///
    /// @throws IllegalArgumentException if [Shadow] has no place for the channel or the name
    public Membership join(ChannelName channel, String client) {
        Shadow.of(channel);
        Shadow.checkClient(client);
        tell(() -> enter(channel, client));
        AtomicBoolean hasLeft = new AtomicBoolean();
        return () -> {
            if (!hasLeft.getAndSet(true)) tell(() -> leave(channel, client));
        };
    }

    /// Who is in a channel, as its shadow says now. Who joined a moment ago may be missing, and comes behind the list's
    /// place. Completes on the owner's thread; fails once the server stops.
    public CompletionStage<Members> members(ChannelName channel) {
        if (isClosed) return CompletableFuture.failedStage(new IllegalStateException("this server stops"));
        CompletableFuture<Members> found = new CompletableFuture<>();
        owner.execute(() -> found.complete(list(channel)));
        return found;
    }

    /// Whether there are as many members as there may be. Who joins all the same is taken.
    public boolean isFull() {
        return isFull;
    }

    /// Does what is due. To be called by the owner, several times a second.
    public void tick() {
        if (isClosed) return;
        long nowMs = elapsedMs.getAsLong();
        for (int leaves = 0; leaves < LEAVES_MAX && !lingering.isEmpty(); leaves++) {
            Attendance first = lingering.getFirst();
            if (first.lingersUntilMs > nowMs) break;
            lingering.remove(first);
            first.isHere = false;
            settle(first);
            busy.add(first.room);
        }
        for (Room room : due(nowMs)) {
            if (room.hasChanges()) write(room, nowMs);
            else rest(room);
        }
    }

    /// Takes out of the busy rooms those that may write, and those that have nothing left to do.
    private List<Room> due(long nowMs) {
        List<Room> due = new ArrayList<>();
        for (Iterator<Room> each = busy.iterator(); each.hasNext() && due.size() < BATCHES_MAX; ) {
            Room room = each.next();
            if (!room.mayWrite(nowMs)) continue;
            each.remove();
            due.add(room);
        }
        return due;
    }

    private void rest(Room room) {
        unstick(room); // What it could not write has undone itself.
        if (room.isEmpty()) rooms.remove(room.channel);
    }

    private void enter(ChannelName channel, String client) {
        Attendance who = attendance(channel, client);
        who.connections++;
        lingering.remove(who);
        who.isHere = true;
        settle(who);
        Room room = who.room;
        long nowMs = elapsedMs.getAsLong();
        busy.add(room);
        if (room.hasChanges() && room.mayWrite(nowMs)) write(room, nowMs); // In a quiet channel nobody waits.
    }

    private void leave(ChannelName channel, String client) {
        Attendance who = attendance(channel, client);
        if (--who.connections == 0) linger(who);
    }

    private void linger(Attendance who) {
        who.lingersUntilMs = elapsedMs.getAsLong() + settings.linger().toMillis();
        lingering.add(who);
    }

    private Attendance attendance(ChannelName channel, String client) {
        Room room = rooms.computeIfAbsent(channel, Room::new);
        Attendance known = room.find(client);
        if (known != null) return known;
        members++;
        isFull = members >= settings.membersMax();
        return room.add(client);
    }

    private void settle(Attendance who) {
        if (!who.room.settle(who)) return;
        members--;
        isFull = members >= settings.membersMax();
    }

    private void write(Room room, long nowMs) {
        busy.add(room);
        List<Publication> batch = room.next(log.head(), nowMs);
        CompletableFuture<Appended.Batch> placed = log.appendAll(batch).toCompletableFuture();
        if (placed.isDone() && !placed.isCompletedExceptionally()) written(room, placed.resultNow(), null);
        else placed.whenComplete((outcome, failure) -> tell(() -> written(room, outcome, failure)));
    }

    private void written(Room room, Appended.@Nullable Batch outcome, @Nullable Throwable failure) {
        boolean isPlaced = outcome instanceof Appended.Batch.All;
        // Nobody else writes there: its newest entry is of this batch, and a batch has one time.
        long timeMs = log.channel(room.shadow).timeMs();
        room.done(isPlaced, timeMs).forEach(this::settle);
        if (isPlaced) {
            unstick(room);
        } else if (stuck.add(room) && stuck.size() == 1) {
            trouble.begins(room.channel, why(outcome, failure));
        }
    }

    private void unstick(Room room) {
        if (stuck.remove(room) && stuck.isEmpty()) trouble.isOver();
    }

    private static String why(Appended.@Nullable Batch outcome, @Nullable Throwable failure) {
        if (outcome instanceof Appended.Batch.None(int _, Appended.Full(String detail))) return detail;
        if (outcome instanceof Appended.Batch.None(int _, Appended.TooManyChannels(int max))) {
            return "there are " + max
                    + " channels, as many as there may be (storage.channels_max, memory.channels_max)";
        }
        return failure != null ? failure.toString() : String.valueOf(outcome);
    }

    private Members list(ChannelName channel) {
        Room room = rooms.get(channel);
        return room == null ? new Members(channel, List.of(), log.head()) : room.list(log.head());
    }

    private void tell(Runnable news) {
        if (!isClosed) owner.execute(news);
    }

    /// The server stops: nothing is written any more. Who was there is there in the log, and lingers when it starts
    /// again.
    @Override
    public void close() {
        isClosed = true;
    }
}
