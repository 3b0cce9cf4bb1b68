package dev.sluice.core.store;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Retention;
import dev.sluice.core.presence.Shadow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Everything the log keeps, or knows to be kept by its backing. All that changes it is for one writer at a time;
/// what readers use may be read by anyone.
///
/// Changes become visible in an order that readers rely on:
/// - an append: the backing, the entries, then the head. A reader takes the head first and looks at nothing behind it;
/// - a trim or deletion: the marks, then the moment they stand for, then (a deletion) the head, and only then the
///   entries go, one by one. A reader looks for entries first and for marks last; and one that knows of that moment
///   already passes over entries that are still to go ([Unsettled]), or it would see some and miss the next;
/// - a deletion: another channel then takes the name, so that who reads the channel meets nothing of the old one. Who
///   reads all channels passes over what is still there of it ([#isDeleted]);
/// - entries that leave memory: first it is told up to where ([#isCold]), then they go. A reader asks last. What is
/// told
///   of them ends behind the marks of a trim, and before they go from the backing.
public final class Store {
    /// What a deletion drops at once, and forgetting a key looks at: about a millisecond's work.
    private static final int CLEARED_MAX = 1_024;

    /// Channels that a wildcard's read goes through one by one, and names that are looked at to find them; with more,
    /// going through all entries in turn costs less.
    private static final int MERGED_MAX = 256;

    /// Names that are looked at to find the marks of a wildcard's channels: some hundred microseconds.
    private static final int KNOWN_MAX = 1_024;

    /// What one slice of forgetting a key reads at most, of entries.
    private static final long FORGOTTEN_BYTES_MAX = 4L << 20;

    /// Stands for the name of a channel that is no more, where a way through all channels meets what it had. No channel
    /// has it.
    public static final ChannelName DELETED = new ChannelName("$deleted");

    final Track hub = new Track();
    final Marks marks;
    final Limits limits;
    private final Epochs epochs;
    private final Function<ChannelName, Retention> rules;
    private final Backing backing;
    private final Source tail = new Tail(hub);
    private final ConcurrentHashMap<String, Channel> channels = new ConcurrentHashMap<>();

    /// Channels that keep something, for lists: those that anybody may name, and those that are the server's own.
    private final NameIndex listed = new NameIndex();

    private final NameIndex reserved = new NameIndex();

    /// All channels, also those that keep nothing and lost something.
    private final NameIndex names = new NameIndex();

    /// Channels that were deleted, and whose entries are still to go.
    private final ArrayDeque<Channel> deleted = new ArrayDeque<>();

    private final Keys keys;
    private final Ageing ageing = new Ageing();
    private volatile Cursor head;
    private volatile long coldFrom;
    private volatile long coldUpTo;
    private long last;
    private long tailBytes;
    private int channelsKept;
    private volatile long entries;
    private volatile long dataBytes;

    public Store(Epochs epochs, Limits limits, Function<ChannelName, Retention> rules, Backing backing) {
        this.epochs = epochs;
        this.limits = limits;
        this.rules = name -> Shadow.isShadow(name) ? Shadow.RETENTION : rules.apply(name);
        this.backing = backing;
        marks = new Marks(limits);
        keys = new Keys(limits);
        head = epochs.cursor(0);
    }

    // What readers use.

    public Epochs epochs() {
        return epochs;
    }

    public Cursor head() {
        return head;
    }

    /// A place of this log. The one just before an entry is that behind whatever had the position before.
    Cursor cursor(long position) {
        return epochs.cursor(position);
    }

    /// The tail in memory.
    Source tail() {
        return tail;
    }

    /// Everything.
    Source all() {
        Source beyond = backing.source();
        return beyond == null || coldUpTo == 0 ? tail : beyond;
    }

    private Source all(Channel channel) {
        Source beyond = backing.source();
        return beyond == null || channel.cold == null ? tail : beyond;
    }

    /// The last place of all that memory no longer holds.
    long coldUpTo() {
        return coldUpTo;
    }

    /// Which part of what memory no longer holds lies behind a position.
    double coldPart(long from) {
        long upTo = coldUpTo;
        if (upTo <= from) return 0;
        return Math.min(1, (double) (upTo - from) / (upTo - Math.min(coldFrom, from)));
    }

    /// Whether some of what a selection's channels keep behind a position is no longer in memory.
    boolean isCold(Selection selection, long from) {
        if (coldUpTo <= from) return false;
        if (!selection.isNamed()) return true;
        for (Pattern pattern : selection.patterns()) {
            Channel channel = channel(pattern.value());
            Cold cold = channel == null ? null : channel.cold;
            if (cold != null && cold.upTo() > from) return true;
        }
        return false;
    }

    /// In all channels.
    long entries() {
        return entries;
    }

    /// Of data, in all channels.
    public long dataBytes() {
        return dataBytes;
    }

    /// Null if it keeps nothing and lost nothing.
    public @Nullable Channel channel(String name) {
        return channels.get(name);
    }

    public int channelsHeld() {
        return channels.size();
    }

    /// How many channels keep something, the server's own too. For the writer.
    public int channelsKept() {
        return channelsKept;
    }

    /// Channels for a list, from behind a name.
    Iterable<Channel> listed(@Nullable ChannelName after) {
        return listed.behind(after);
    }

    /// The server's own.
    Iterable<Channel> reserved(@Nullable ChannelName after) {
        return reserved.behind(after);
    }

    private void list(Channel channel) {
        list(channel.name).put(channel);
        channelsKept++;
    }

    private void unlist(Channel channel) {
        list(channel.name).remove(channel);
        channelsKept--;
    }

    private NameIndex list(ChannelName name) {
        return name.isReserved() ? reserved : listed;
    }

    /// The channels of a selection that keep something; null: there are too many to read them one by one.
    @Nullable
    List<Channel> kept(Selection selection) {
        Set<Channel> found = new LinkedHashSet<>();
        int left = MERGED_MAX;
        for (Pattern pattern : selection.patterns()) {
            boolean isReserved =
                    pattern.value().startsWith("$") || pattern.value().contains("/$");
            left = (isReserved ? reserved : listed).addMatching(pattern, left, found);
            if (left < 0) return null;
        }
        return List.copyOf(found);
    }

    /// The channels of a selection that keep something or lost something; null: there are too many.
    @Nullable
    List<Channel> known(Selection selection) {
        List<Channel> found = new ArrayList<>();
        int left = KNOWN_MAX;
        for (Pattern pattern : selection.patterns()) {
            left = names.addMatching(pattern, left, found);
            if (left < 0) return null;
        }
        return found;
    }

    // What the writer uses.

    /// The last position that was given to anything: an entry, a deletion or a trim.
    public long last() {
        return last;
    }

    public Marks marks() {
        return marks;
    }

    public Keys idempotency() {
        return keys;
    }

    Keys.@Nullable Success success(Keys.Key key, long nowMs) {
        Channel channel = channels.get(key.channel().value());
        return keys.find(key, channel == null ? marks.foldedDeletion() : channel.deletedAt, nowMs);
    }

    /// Takes over a channel of earlier lives, which keeps something or lost something.
    ///
    /// @param emptySinceMs counts where it keeps nothing
    public Channel restore(
            ChannelName name,
            long number,
            @Nullable Cold kept,
            Held held,
            long events,
            long data,
            @Nullable Mark mark,
            long deletedAt,
            long emptySinceMs) {
        Channel channel = new Channel(name, number, rules.apply(name), mark, deletedAt);
        channels.put(name.value(), channel);
        names.put(channel);
        marks.restore(channel);
        if (kept == null) {
            marks.emptied(channel, emptySinceMs);
            return channel;
        }
        channel.restore(kept, held, events, data, epochs);
        count(channel.entries(), data);
        coldFrom = coldUpTo == 0 ? kept.first() : Math.min(coldFrom, kept.first());
        coldUpTo = Math.max(coldUpTo, kept.upTo());
        ageing.add(channel, kept.firstTimeMs());
        list(channel);
        return channel;
    }

    /// Takes over how far earlier lives came.
    public void restore(long last, long head, Mark folded, long foldedDeletion) {
        this.last = last;
        this.head = epochs.cursor(head);
        marks.restore(folded, foldedDeletion, last);
    }

    public void commit(Staging staging, long nowMs) {
        List<Entry> entries = staging.entries();
        if (entries.isEmpty()) return;
        List<Channel> targets = new ArrayList<>(entries.size());
        for (Entry entry : entries) targets.add(target(entry.channel())); // First: a rule may fail, nothing below does.
        backing.place(staging, targets);
        for (int i = 0; i < entries.size(); i++) add(targets.get(i), entries.get(i));
        last = entries.getLast().id().position();
        head = entries.getLast().id();
        staging.keys().forEach(keys::remember);
        keys.expire(nowMs, 2 * staging.keys().size() + 2); // More than come in, so that they never pile up.
        Set<Channel> grown = targets.size() == 1 ? Set.of(targets.getFirst()) : new LinkedHashSet<>(targets);
        for (Channel channel : grown) drop(Trimming.excess(channel, all(channel), limits.slackMax()), nowMs);
        hold(grown);
        drop(Trimming.excess(this, all(), this.entries, keptBytes()), nowMs);
        cool();
    }

    private Channel target(ChannelName name) {
        Channel known = channels.get(name.value());
        if (known != null) return known;
        // What it lost in an earlier life may be forgotten but for the mark that counts for all such channels.
        Mark mark = marks.folded().at() == 0 ? null : marks.folded();
        Channel born = new Channel(name, backing.number(), rules.apply(name), mark, marks.foldedDeletion());
        channels.put(name.value(), born);
        names.put(born);
        return born;
    }

    private void add(Channel channel, Entry entry) {
        if (channel.isEmpty()) {
            marks.revived(channel);
            list(channel);
        }
        if (channel.due == null) ageing.add(channel, entry.timeMs());
        channel.add(entry);
        hub.append(entry);
        tailBytes += Size.kept(entry);
        count(1, Size.data(entry));
    }

    /// Lets the oldest in memory go where the backing has them too: a tenth at a time.
    private void cool() {
        long max = limits.tailBytes();
        if (tailBytes <= max || tailBytes - max <= max / 10) return;
        List<Entry> oldest = new ArrayList<>();
        Walk walk = hub.after(0, Long.MAX_VALUE);
        for (Entry entry = walk.next(); entry != null && tailBytes > max; entry = walk.next()) {
            oldest.add(entry);
            tailBytes -= Size.kept(entry);
        }
        oldest.removeIf(entry -> isDeleted(entry) && hub.remove(entry));
        if (oldest.isEmpty()) return;
        for (Entry entry : oldest) {
            Channel channel = kept(entry.channel());
            Cold cold = channel.cold;
            channel.cold = cold == null ? Cold.of(entry) : cold.with(entry);
        }
        if (coldUpTo == 0) coldFrom = oldest.getFirst().id().position();
        coldUpTo = oldest.getLast().id().position();
        for (Entry entry : oldest) {
            kept(entry.channel()).leave(entry);
            hub.remove(entry);
        }
    }

    /// Drops entries, the oldest of their channels but for what is held, with the marks that tell of it.
    private void drop(List<Entry> oldest, long nowMs) {
        if (oldest.isEmpty()) return;
        Map<Channel, Long> lastDropped = new LinkedHashMap<>();
        for (Entry entry : oldest)
            lastDropped.put(kept(entry.channel()), entry.id().position());
        long at = ++last; // A moment of its own, which readers that know of all before don't know of.
        Going going = lastDropped.keySet().stream().anyMatch(Channel::isHolding) ? Going.of(oldest) : Going.NOTHING;
        marks.begin(going);
        lastDropped.forEach((channel, position) -> marks.put(channel, new Mark(position, at, false)));
        marks.publish(at);
        lastDropped.forEach((channel, position) -> shorten(channel, position, going));
        oldest.forEach(this::remove);
        backing.drop(oldest, lastDropped.keySet());
        marks.settle(at);
        for (Channel channel : lastDropped.keySet()) {
            channel.isHeldAnew = false; // It was just written, and must not be once more when it is folded.
            if (channel.isEmpty()) emptied(channel, nowMs);
        }
        fold(nowMs, Integer.MAX_VALUE);
    }

    /// Has the backing keep how far rules have come, also where nothing was dropped.
    private void hold(Collection<Channel> channels) {
        List<Channel> anew =
                channels.stream().filter(channel -> channel.isHeldAnew).toList();
        if (anew.isEmpty()) return;
        backing.drop(List.of(), anew);
        for (Channel channel : anew) channel.isHeldAnew = false;
    }

    /// Forgets that something up to a place is kept beyond memory. Behind the marks: a reader that no longer looks
    /// there must be told.
    private void shorten(Channel channel, long upTo, Going going) {
        Cold cold = channel.cold;
        Source beyond = backing.source();
        if (cold == null || beyond == null) return;
        Entry next = null;
        long from = channel.isHolding() ? cold.first() - 1 : upTo;
        if (cold.upTo() > from) {
            try (Way way = beyond.after(channel, from, cold.upTo())) {
                do next = way.next();
                while (next != null && going.has(next));
            }
        }
        channel.cold = next == null ? null : cold.from(next);
    }

    /// Deletes a channel: readers are told at once, and its entries go in slices ([#clearDeleted]), the first of them
    /// here. The name goes on with a channel of its own, so publishing anew need not wait. False if there is
    /// nothing to drop.
    public boolean delete(ChannelName name, long nowMs) {
        Channel channel = channels.get(name.value());
        if (channel == null || channel.isEmpty()) return false;
        long at = last + 1;
        Mark mark = new Mark(at, at, true);
        Channel successor = new Channel(channel.name, backing.number(), channel.rule, mark, at);
        backing.markDeleted(channel, successor);
        last = at;
        channel.deletedAt = at;
        marks.put(channel, mark);
        marks.publish(at);
        head = cursor(at);
        ageing.remove(channel);
        unlist(channel);
        channels.put(name.value(), successor);
        names.put(successor);
        marks.succeed(channel, successor);
        marks.settle(at);
        count(-channel.entries(), -channel.dataBytes());
        marks.emptied(successor, nowMs);
        deleted.add(channel);
        clearDeleted(Math.min(CLEARED_MAX, limits.lookMax()));
        fold(nowMs, Integer.MAX_VALUE);
        return true;
    }

    /// Goes on with a deletion of an earlier life.
    public void restoreDeleted(long number) {
        deleted.add(new Channel(DELETED, number, Retention.ALL, null, last));
    }

    /// Whether entries of deleted channels are still to go.
    public boolean isClearing() {
        return !deleted.isEmpty();
    }

    /// Drops entries of deleted channels, at most so many, those of the oldest deletion first.
    public void clearDeleted(int max) {
        int left = max;
        while (left > 0 && !deleted.isEmpty()) {
            Channel channel = deleted.peek();
            int beyond = backing.clear(channel, left);
            List<Entry> hot = channel.hot(left);
            for (Entry entry : hot) {
                channel.leave(entry);
                if (hub.remove(entry)) tailBytes -= Size.kept(entry);
            }
            if (beyond < left && channel.track.kept() == 0) deleted.remove();
            left -= Math.max(1, Math.max(beyond, hot.size())); // One deletion is some work, too.
        }
    }

    /// Whether an entry that a way through all channels shows is one of a deleted channel, and still to go. Whoever
    /// passes over it is told of the deletion when it looks at the marks again.
    boolean isDeleted(Entry entry) {
        Channel channel = channels.get(entry.channel().value());
        if (channel == null) return true;
        long at = channel.deletedAt;
        if (entry.id().position() > at) return false;
        marks.await(at);
        return true;
    }

    private void remove(Entry entry) {
        kept(entry.channel()).remove(entry);
        if (hub.remove(entry)) tailBytes -= Size.kept(entry);
        count(-1, -Size.data(entry));
    }

    private void emptied(Channel channel, long nowMs) {
        ageing.remove(channel);
        unlist(channel);
        marks.emptied(channel, nowMs);
    }

    private int fold(long nowMs, int max) {
        List<Channel> gone = marks.fold(nowMs, max, this::forget);
        if (!gone.isEmpty()) backing.fold(gone);
        return gone.size();
    }

    private void forget(Channel channel) {
        channels.remove(channel.name.value(), channel);
        names.remove(channel);
    }

    /// Leaves an event's place and drops its data. False if the channel keeps no such event.
    public boolean forget(ChannelName name, Cursor id) {
        Channel channel = channel(name.value());
        if (channel == null || id.position() <= channel.lost()) return false;
        try (Way way = all(channel).after(channel, id.position() - 1, id.position())) {
            if (!(way.next() instanceof Event event) || !event.id().equals(id)) return false;
            forget(channel, List.of(event));
            return true;
        }
    }

    /// How far forgetting a key has come.
    ///
    /// @param after what is still to be looked at lies behind this position; -1: nothing is
    /// @param upTo  and not behind this one
    /// @param count how many events of the key there were so far
    public record Forgetting(long after, long upTo, int count) {
        public boolean isOver() {
            return after < 0;
        }
    }

    /// Forgets the data of all events of a key that are there now.
    public Forgetting forgetKey(ChannelName name, String key) {
        return forgetKey(name, key, new Forgetting(0, last, 0));
    }

    /// Goes on with it, in one write.
    public Forgetting forgetKey(ChannelName name, String key, Forgetting sofar) {
        Channel channel = channel(name.value());
        if (channel == null) return new Forgetting(-1, 0, sofar.count);
        List<Event> found = new ArrayList<>();
        long after = Math.max(sofar.after, channel.lost());
        long bytes = 0;
        try (Way way = all(channel).after(channel, after, sofar.upTo)) {
            for (int looked = 0;
                    after >= 0 && looked < Math.min(CLEARED_MAX, limits.lookMax()) && bytes < FORGOTTEN_BYTES_MAX;
                    looked++) {
                Entry entry = way.next();
                after = entry == null ? -1 : entry.id().position();
                if (!(entry instanceof Event event)) continue;
                bytes += Size.kept(event);
                if (key.equals(event.key())) found.add(event);
            }
        }
        forget(channel, found);
        return new Forgetting(after, sofar.upTo, sofar.count + found.size());
    }

    private void forget(Channel channel, List<Event> events) {
        List<Event> left = new ArrayList<>(events.size());
        for (Event event : events) {
            if (event.isForgotten()) continue;
            Event forgotten = event.forgotten();
            left.add(forgotten);
            boolean hot = hub.at(event.id().position()) != null;
            channel.replace(event, forgotten);
            hub.replace(forgotten);
            if (hot) tailBytes -= Size.kept(event) - Size.kept(forgotten);
            count(0, Size.data(forgotten) - Size.data(event));
        }
        if (!left.isEmpty()) backing.replace(channel, left);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer at a time.
    private void count(long more, long moreData) {
        entries += more;
        dataBytes += moreData;
    }

    private long keptBytes() {
        return dataBytes + Size.ENTRY_BYTES * entries;
    }

    /// Drops what is too old, and memories of what was. True if there may be more to do: so much at once that
    /// appends don't wait long.
    public boolean maintain(long nowMs, int max) {
        keys.expire(nowMs, max);
        List<Channel> looked = new ArrayList<>();
        drop(ageing.next(nowMs, max, this::all, looked), nowMs);
        hold(looked);
        return fold(nowMs, max) == max || ageing.isDue(nowMs);
    }

    private Channel kept(ChannelName name) {
        Channel channel = channels.get(name.value());
        if (channel == null) throw new IllegalStateException("'" + name + "' keeps an entry and has no state");
        return channel;
    }
}
