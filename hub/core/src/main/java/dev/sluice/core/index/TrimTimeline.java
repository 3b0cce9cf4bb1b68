package dev.sluice.core.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// The channels with a mark, by the moments of their last losses, so that a reader examines no loss that it
/// already knows of. A trim of the whole log concerns many channels at one moment, which share the memory of
/// that moment.
///
/// One writer at a time, any number of readers. A channel is in its new moment, which is later than all others,
/// before it leaves the old one; so a reader that goes from older to newer moments meets it at least once.
final class TrimTimeline {
    private static final VarHandle CHANNEL = MethodHandles.arrayElementVarHandle(ChannelIndex[].class);

    private final ConcurrentSkipListMap<Long, Moment> moments = new ConcurrentSkipListMap<>();

    /// The moment added to last, because the next channel usually belongs to it too; null if there is no moment.
    private @Nullable Moment latest;

    /// Puts a channel that has lost something, again or for the first time. A moment that is not later than its
    /// last one changes nothing.
    void put(ChannelIndex channel, long at) {
        Moment before = channel.lostIn;
        int slot = channel.lostSlot;
        if (before != null && before.at >= at) return;
        moment(at).add(channel);
        if (before != null) leave(before, slot);
    }

    /// Puts a channel in the slot of another one: readers of the slots so far would miss it in a new slot.
    void replace(ChannelIndex channel, ChannelIndex successor) {
        Moment moment = channel.lostIn;
        if (moment == null) return;
        channel.lostIn = null;
        moment.put(channel.lostSlot, successor);
    }

    void remove(ChannelIndex channel) {
        Moment moment = channel.lostIn;
        if (moment == null) return;
        channel.lostIn = null;
        leave(moment, channel.lostSlot);
    }

    /// The channels whose last losses are after a moment; some may come twice. May be called from any thread.
    Iterable<ChannelIndex> after(long moment) {
        return () -> new After(moments, moment);
    }

    /// The number of slots of all moments.
    int slots() {
        return moments.values().stream().mapToInt(moment -> moment.filled).sum();
    }

    private Moment moment(long at) {
        Moment moment = latest;
        if (moment == null || moment.at != at) {
            moment = moments.computeIfAbsent(at, Moment::new);
            latest = moment;
        }
        return moment;
    }

    private void leave(Moment moment, int slot) {
        moment.clear(slot);
        if (moment.isEmpty()) {
            moments.remove(moment.at);
            if (latest == moment) latest = null;
        }
    }

    /// The channels that lost something in one moment. The slots of channels that have left it are empty, and
    /// are removed once they make up half of all slots.
    static final class Moment {
        private final long at;
        private volatile @Nullable ChannelIndex[] channels = new ChannelIndex[1]; // Most trims concern one.

        /// The number of slots that readers examine.
        private volatile int filled;

        /// Slots that are not empty. For the writer.
        private int kept;

        private Moment(long at) {
            this.at = at;
        }

        private void add(ChannelIndex channel) {
            int slot = filled;
            if (slot == channels.length) channels = Arrays.copyOf(channels, 2 * slot);
            put(slot, channel);
            kept++;
            filled = slot + 1; // Last: this write publishes the slot to readers.
        }

        private void put(int slot, ChannelIndex channel) {
            channel.lostIn = this;
            channel.lostSlot = slot;
            CHANNEL.setRelease(channels, slot, channel);
        }

        private void clear(int slot) {
            // A reader that sees this write sees the channel's new moment.
            CHANNEL.setRelease(channels, slot, (ChannelIndex) null);
            kept--;
            if (kept > 0 && kept * 2 <= filled) compact();
        }

        private void compact() {
            var remaining = new ChannelIndex[kept];
            int count = 0;
            for (int slot = 0; slot < filled; slot++) {
                ChannelIndex channel = channels[slot];
                if (channel == null) continue;
                channel.lostSlot = count;
                remaining[count++] = channel;
            }
            channels = remaining;
            filled = count; // Last, because a reader reads it first: the array already has every slot that it counts.
        }

        private boolean isEmpty() {
            return kept == 0;
        }
    }

    private static final class After implements Iterator<ChannelIndex> {
        private final ConcurrentNavigableMap<Long, Moment> moments;
        private Iterator<Moment> following;
        private long at;
        private @Nullable ChannelIndex[] channels = {};
        private int count;
        private int slot;
        private @Nullable ChannelIndex next;

        After(ConcurrentNavigableMap<Long, Moment> moments, long at) {
            this.moments = moments;
            this.at = at;
            following = moments.tailMap(at, false).values().iterator();
        }

        @Override
        public boolean hasNext() {
            while (next == null && (slot < count || advance())) {
                next = (ChannelIndex) CHANNEL.getAcquire(channels, slot++);
            }
            return next != null;
        }

        /// Advances to the next moment that has slots.
        private boolean advance() {
            while (slot == count) {
                if (!following.hasNext()) {
                    // The iterator found its next moment before the slots of this one were read. Since then a
                    // channel may have moved from one of these slots to a new moment.
                    following = moments.tailMap(at, false).values().iterator();
                    if (!following.hasNext()) return false;
                }
                Moment moment = following.next();
                at = moment.at;
                int filled = moment.filled; // First: the array read next has every slot that it counts.
                channels = moment.channels;
                count = Math.min(filled, channels.length); // The array may be newer and shorter.
                slot = 0;
            }
            return true;
        }

        @Override
        public ChannelIndex next() {
            ChannelIndex found = hasNext() ? next : null;
            if (found == null) throw new NoSuchElementException();
            next = null;
            return found;
        }
    }
}
