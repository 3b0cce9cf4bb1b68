package dev.sluice.core.memory;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Retention;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Everything the log keeps. All that changes it runs under the log's lock; what readers use may be read by
/// anyone.
///
/// Changes become visible in an order that readers rely on:
/// - an append: the entries, then the head. A reader takes the head first and looks at nothing behind it;
/// - a trim or deletion: the marks, then the moment they stand for, then (a deletion) the head, and only then the
///   entries go, one by one. A reader looks for entries first and for marks last; and one that knows of that moment
///   already passes over entries that are still to go ([Unsettled]), or it would see some and miss the next.
final class Store {
    final Track hub = new Track();
    final Marks marks;
    final Limits limits;
    private final Epoch epoch;
    private final Function<ChannelName, Retention> rules;
    private final ConcurrentHashMap<String, Channel> channels = new ConcurrentHashMap<>();

    /// Channels that keep something and whose name is not reserved, for lists.
    private final ConcurrentSkipListMap<ChannelName, Channel> listed = new ConcurrentSkipListMap<>();

    private final Keys keys;
    private final Ageing ageing = new Ageing();
    private volatile Cursor head;
    private long last;
    private long keptBytes;
    private volatile long dataBytes;

    Store(Epoch epoch, Limits limits, Function<ChannelName, Retention> rules) {
        this.epoch = epoch;
        this.limits = limits;
        this.rules = rules;
        marks = new Marks(limits);
        keys = new Keys(limits);
        head = new Cursor(epoch, 0);
    }

    // What readers use.

    Epoch epoch() {
        return epoch;
    }

    Cursor head() {
        return head;
    }

    /// A place of this log. The one just before an entry is that behind whatever had the position before.
    Cursor cursor(long position) {
        return new Cursor(epoch, position);
    }

    /// Of data, in all channels.
    long dataBytes() {
        return dataBytes;
    }

    /// Null if it keeps nothing and lost nothing.
    @Nullable
    Channel channel(String name) {
        return channels.get(name);
    }

    int channelsHeld() {
        return channels.size();
    }

    /// Channels for a list, from behind a name.
    Iterable<Channel> listed(@Nullable ChannelName after) {
        return (after == null ? listed : listed.tailMap(after, false)).values();
    }

    // What the writer uses.

    /// The last position that was given to anything: an entry, a deletion or a trim.
    long last() {
        return last;
    }

    Keys.@Nullable Success success(Keys.Key key, long nowMs) {
        Channel channel = channels.get(key.channel().value());
        return keys.find(key, channel == null ? marks.foldedDeletion() : channel.deletedAt, nowMs);
    }

    void commit(Staging staging, long nowMs) {
        List<Entry> entries = staging.entries();
        if (entries.isEmpty()) return;
        List<Channel> targets = new ArrayList<>(entries.size());
        for (Entry entry : entries) targets.add(target(entry.channel())); // First: a rule may fail, nothing below does.
        for (int i = 0; i < entries.size(); i++) add(targets.get(i), entries.get(i));
        last = entries.getLast().id().position();
        head = entries.getLast().id();
        staging.keys().forEach(keys::remember);
        keys.expire(nowMs, 2); // More than come in, so that they never pile up.
        Set<Channel> grown = targets.size() == 1 ? Set.of(targets.getFirst()) : new LinkedHashSet<>(targets);
        for (Channel channel : grown) drop(Trimming.excess(channel), nowMs);
        drop(Trimming.excess(hub, keptBytes, limits), nowMs);
    }

    private Channel target(ChannelName name) {
        Channel known = channels.get(name.value());
        if (known != null) return known;
        // What it lost in an earlier life may be forgotten but for the mark that counts for all such channels.
        Mark mark = marks.folded().at() == 0 ? null : marks.folded();
        Channel born = new Channel(name, rules.apply(name), mark, marks.foldedDeletion());
        channels.put(name.value(), born);
        return born;
    }

    private void add(Channel channel, Entry entry) {
        if (channel.isEmpty()) {
            marks.revived(channel);
            ageing.add(channel, entry.timeMs());
            if (!channel.name.isReserved()) listed.put(channel.name, channel);
        }
        channel.add(entry);
        hub.append(entry);
        count(entry, 1);
    }

    /// Drops entries that are the oldest of their channels, with the marks that tell of it.
    private void drop(List<Entry> oldest, long nowMs) {
        if (oldest.isEmpty()) return;
        Map<Channel, Long> lastDropped = new LinkedHashMap<>();
        for (Entry entry : oldest)
            lastDropped.put(kept(entry.channel()), entry.id().position());
        long at = ++last; // A moment of its own, which readers that know of all before don't know of.
        lastDropped.forEach((channel, position) -> marks.put(channel, new Mark(position, at, false)));
        marks.publish(at);
        oldest.forEach(this::remove);
        marks.settle(at);
        for (Channel channel : lastDropped.keySet()) if (channel.isEmpty()) emptied(channel, nowMs);
    }

    /// False if there is nothing to drop.
    boolean delete(ChannelName name, long nowMs) {
        Channel channel = channels.get(name.value());
        if (channel == null || channel.isEmpty()) return false;
        List<Entry> all = new ArrayList<>(channel.track.kept());
        Walk walk = channel.track.after(0, Long.MAX_VALUE);
        for (Entry entry = walk.next(); entry != null; entry = walk.next()) all.add(entry);
        long at = ++last;
        channel.deletedAt = at;
        marks.put(channel, new Mark(at, at, true));
        marks.publish(at);
        head = cursor(at);
        all.forEach(this::remove);
        marks.settle(at);
        emptied(channel, nowMs);
        return true;
    }

    private void remove(Entry entry) {
        kept(entry.channel()).remove(entry);
        hub.remove(entry);
        count(entry, -1);
    }

    private void emptied(Channel channel, long nowMs) {
        ageing.remove(channel);
        listed.remove(channel.name);
        marks.emptied(channel, nowMs, this::forget);
    }

    private void forget(Channel channel) {
        channels.remove(channel.name.value(), channel);
    }

    /// Leaves an event's place and drops its data.
    void forget(Channel channel, Event event) {
        if (event.isForgotten()) return;
        Event left = event.forgotten();
        channel.replace(event, left);
        hub.replace(left);
        count(event, -1);
        count(left, 1);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer at a time.
    private void count(Entry entry, int sign) {
        keptBytes += sign * Size.kept(entry);
        dataBytes += sign * Size.data(entry);
    }

    /// Drops what is too old, and memories of what was. True if there may be more to do: so much at once that
    /// appends don't wait long.
    boolean maintain(long nowMs, int max) {
        keys.expire(nowMs, max);
        List<Entry> old = ageing.next(nowMs, max);
        drop(old, nowMs);
        return marks.fold(nowMs, max, this::forget) == max || old.size() == max;
    }

    private Channel kept(ChannelName name) {
        Channel channel = channels.get(name.value());
        if (channel == null) throw new IllegalStateException("'" + name + "' keeps an entry and has no state");
        return channel;
    }
}
