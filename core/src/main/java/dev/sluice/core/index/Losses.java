package dev.sluice.core.index;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// The channels with a mark, by the moments of their last losses, so that a reader examines no loss that it already
/// knows of. A trim of the whole log concerns many channels in one moment, which share what a moment takes.
///
/// One writer at a time, any number of readers. A channel is added to its new moment before it leaves the old one, so
/// that a reader that goes from older to newer moments meets it at least once.
final class Losses {
    private final ConcurrentSkipListMap<Long, Moment> moments = new ConcurrentSkipListMap<>();

    /// The moment that was added to last, as the next channel mostly belongs to it too; null: none is.
    private @Nullable Moment latest;

    /// Puts a channel, which has lost something again, or for the first time. An earlier moment changes nothing.
    void put(ChannelIndex channel, long at) {
        Moment before = channel.lostIn;
        if (before != null && before.at >= at) return;
        add(channel, moment(at));
        if (before != null) leave(before);
    }

    /// Puts a channel in place of another one.
    void replace(ChannelIndex channel, ChannelIndex successor) {
        Moment moment = channel.lostIn;
        if (moment == null) return;
        add(successor, moment);
        channel.lostIn = null;
        leave(moment);
    }

    void remove(ChannelIndex channel) {
        Moment moment = channel.lostIn;
        if (moment == null) return;
        channel.lostIn = null;
        leave(moment);
    }

    /// The channels whose last losses are after a moment. Some may come twice. May be called from any thread.
    Iterable<ChannelIndex> after(long moment) {
        return () -> new After(moments.tailMap(moment, false).values().iterator());
    }

    private Moment moment(long at) {
        Moment moment = latest;
        if (moment == null || moment.at != at) {
            moment = moments.computeIfAbsent(at, Moment::new);
            latest = moment;
        }
        return moment;
    }

    private void add(ChannelIndex channel, Moment moment) {
        moment.add(channel);
        channel.lostIn = moment;
    }

    private void leave(Moment moment) {
        moment.left--;
        if (moment.left == 0) {
            moments.remove(moment.at);
            if (latest == moment) latest = null;
        } else if (moment.left * 2 <= moment.filled) {
            moment.compact();
        }
    }

    /// The channels that lost something in one moment. Those that lost more since, and have left it, stay among them
    /// until they are half of them.
    static final class Moment {
        private final long at;
        private volatile ChannelIndex[] channels = new ChannelIndex[1]; // Of most trims there is one.
        private volatile int filled;

        /// Those that have not left. For the writer.
        private int left;

        private Moment(long at) {
            this.at = at;
        }

        private void add(ChannelIndex channel) {
            int slot = filled;
            if (slot == channels.length) channels = Arrays.copyOf(channels, 2 * slot);
            channels[slot] = channel;
            filled = slot + 1; // Last: this write shows the slot to readers.
            left++;
        }

        private void compact() {
            ChannelIndex[] remaining = new ChannelIndex[left];
            int count = 0;
            for (int i = 0; i < filled; i++) {
                if (channels[i].lostIn == this) remaining[count++] = channels[i];
            }
            channels = remaining;
            filled = count; // Last, as a reader reads it first: all that it counts is in the array before.
        }
    }

    private static final class After implements Iterator<ChannelIndex> {
        private final Iterator<Moment> moments;
        private ChannelIndex[] channels = {};
        private int count;
        private int next;

        After(Iterator<Moment> moments) {
            this.moments = moments;
        }

        @Override
        public boolean hasNext() {
            while (next == count && moments.hasNext()) {
                Moment moment = moments.next();
                int filled = moment.filled; // First: what it counts is in the array that is read next.
                channels = moment.channels;
                count = Math.min(filled, channels.length); // Which may be a newer and shorter one.
                next = 0;
            }
            return next < count;
        }

        @Override
        public ChannelIndex next() {
            if (!hasNext()) throw new NoSuchElementException();
            return channels[next++];
        }
    }
}
