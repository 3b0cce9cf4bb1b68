package dev.sluice.core.store;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What channels lost, so that nobody misses it in silence. Written **before** anything
/// vanishes; readers look here **after** they looked at entries, and so hear of everything that they did not
/// find.
///
/// Each channel has the mark of what it lost last. That of a channel with nothing left is kept for a day, and
/// only so many of them; older ones fold into one that counts for every channel without a state of its own: a
/// false alarm for one that was empty for long, never silence. A mark of an empty channel takes about 640
/// bytes, the channel's name included.
public final class Marks {
    private static final int SPINS_MAX = 1_000;
    private static final long PAUSE_NANOS = 10_000;

    private final Limits limits;

    /// In the order in which channels lost something last, so that a reader looks at nothing that it knows of.
    private final ConcurrentSkipListMap<Loss, Channel> losses = new ConcurrentSkipListMap<>();

    /// Channels with nothing but a mark, and since when; those that became empty first come first. Under the
    /// lock.
    private final LinkedHashMap<Channel, Long> emptySinceMs = new LinkedHashMap<>();

    private volatile long newest;
    private volatile long settled;
    private volatile Going going = Going.NOTHING;
    private volatile Mark folded = Mark.NOTHING;
    private long foldedDeletion;

    Marks(Limits limits) {
        this.limits = limits;
    }

    /// The moment of what was dropped last: who knows of that knows of everything dropped.
    long newest() {
        return newest;
    }

    /// The moment up to which everything dropped has also vanished.
    long settled() {
        return settled;
    }

    /// What vanishes just now.
    Going going() {
        return going;
    }

    /// To be said before the marks of it are put.
    void begin(Going what) {
        going = what;
    }

    /// What channels without a state of their own may have lost.
    public Mark folded() {
        return folded;
    }

    /// Up to where such channels may have been deleted. For the writer.
    public long foldedDeletion() {
        return foldedDeletion;
    }

    /// The last thing that a channel lost.
    ///
    /// @param at       when
    /// @param position of that channel alone, but where a salvaged log lost something that nobody can name
    /// @param number   of the channel
    private record Loss(long at, long position, long number) implements Comparable<Loss> {
        static Loss of(Mark mark, Channel channel) {
            return new Loss(mark.newest(), mark.position(), channel.number);
        }

        /// Nothing that was lost up to a moment stands behind it.
        static Loss upTo(long moment) {
            return new Loss(moment, Long.MAX_VALUE, Long.MAX_VALUE);
        }

        @Override
        public int compareTo(Loss other) {
            int byMoment = Long.compare(at, other.at);
            if (byMoment != 0) return byMoment;
            int byPosition = Long.compare(position, other.position);
            return byPosition != 0 ? byPosition : Long.compare(number, other.number);
        }
    }

    /// To be followed by [#publish]. The new place in the index comes before the old one goes.
    void put(Channel channel, Mark mark) {
        Mark old = channel.mark;
        Mark all = mark.over(old);
        channel.mark = all;
        losses.put(Loss.of(all, channel), channel);
        if (old != null && old.newest() < all.newest()) losses.remove(Loss.of(old, channel), channel);
    }

    /// Shows readers all marks put with this moment, at once.
    void publish(long at) {
        newest = at;
    }

    /// What was dropped at this moment has vanished.
    void settle(long at) {
        settled = at;
        going = Going.NOTHING; // Behind the moment: who sees this one sees that too.
    }

    /// Nothing is left of a channel but its mark.
    void emptied(Channel channel, long nowMs) {
        emptySinceMs.put(channel, nowMs);
    }

    /// Waits until readers are shown the marks of a moment, which are put already: a few instructions of the writer
    /// away. Should it have lost its processor just there, it gets that of who waits.
    void await(long at) {
        for (int spins = 0; newest < at; spins++) {
            if (spins < SPINS_MAX) Thread.onSpinWait();
            else LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// Another channel takes over the name of one that was deleted, and its mark.
    void succeed(Channel channel, Channel successor) {
        Mark mark = Objects.requireNonNull(successor.mark, "it was deleted");
        losses.put(Loss.of(mark, successor), successor); // First, as above.
        losses.remove(Loss.of(mark, channel), channel); // In memory it has no number of its own, and is gone.
    }

    /// Takes over what was lost in earlier lives.
    void restore(Mark folded, long foldedDeletion, long newest) {
        this.folded = folded;
        this.foldedDeletion = foldedDeletion;
        this.newest = newest;
        settled = newest;
    }

    /// A channel as it was in earlier lives.
    void restore(Channel channel) {
        if (channel.mark != null) losses.put(Loss.of(channel.mark, channel), channel);
    }

    /// A channel keeps something again.
    void revived(Channel channel) {
        emptySinceMs.remove(channel);
    }

    /// Folds marks that are too old, at most so many. Which it were.
    List<Channel> fold(long nowMs, int max, Consumer<Channel> forget) {
        List<Channel> gone = new ArrayList<>();
        while (gone.size() < max && !emptySinceMs.isEmpty()) {
            boolean old = nowMs - emptySinceMs.firstEntry().getValue()
                    > limits.markAge().toMillis();
            if (!old && emptySinceMs.size() <= limits.marksMax()) break;
            gone.add(foldFirst(forget));
        }
        return gone;
    }

    private Channel foldFirst(Consumer<Channel> forget) {
        Map.Entry<Channel, Long> first = emptySinceMs.pollFirstEntry();
        Channel channel = first.getKey();
        Mark mark = Objects.requireNonNull(channel.mark, "a channel becomes empty by losing something");
        foldedDeletion = Math.max(foldedDeletion, channel.deletedAt);
        folded = folded.with(mark.folded()); // Before the channel's own goes.
        forget.accept(channel);
        losses.remove(Loss.of(mark, channel), channel);
        return channel;
    }

    /// What a reader is to be told of; [Mark#NOTHING]: nothing. Of several the newest counts, and the furthest
    /// position.
    ///
    /// @param marksMax how many marks may be looked at for a wildcard
    /// @param store    knows channels by their names
    /// @return null: so many marks do not say
    @Nullable
    Mark news(long cursor, long known, Selection selection, int marksMax, Store store) {
        if (newest <= known) return Mark.NOTHING;
        if (!selection.isNamed()) {
            Mark news = newsOfWildcards(cursor, known, selection, marksMax, store);
            return news == null ? null : news.with(folded.news(cursor, known)); // Last: marks fold before they go.
        }
        Mark news = Mark.NOTHING;
        for (Pattern pattern : selection.patterns()) {
            Channel channel = store.channel(pattern.value());
            Mark mark = channel == null ? folded : channel.mark;
            if (mark != null) news = news.with(mark.news(cursor, known));
        }
        return news;
    }

    /// Through what was lost since the reader was told, or through the channels that it wants: whichever are few.
    private @Nullable Mark newsOfWildcards(long cursor, long known, Selection selection, int max, Store store) {
        Mark news = Mark.NOTHING;
        int looked = 0;
        // What was lost behind a place was lost later than that.
        for (Channel channel :
                losses.tailMap(Loss.upTo(Math.max(cursor, known)), false).values()) {
            if (looked++ == max) {
                List<Channel> wanted = store.known(selection);
                return wanted == null ? null : news(cursor, known, wanted);
            }
            Mark mark = channel.mark;
            if (mark != null && selection.matches(channel.name)) news = news.with(mark.news(cursor, known));
        }
        return news;
    }

    private static Mark news(long cursor, long known, List<Channel> channels) {
        Mark news = Mark.NOTHING;
        for (Channel channel : channels) {
            Mark mark = channel.mark;
            if (mark != null) news = news.with(mark.news(cursor, known));
        }
        return news;
    }

    /// The channels that lost something behind a place.
    void lostAfter(long position, Consumer<Channel> lost) {
        for (Channel channel : losses.tailMap(Loss.upTo(position), false).values()) {
            Mark mark = channel.mark;
            if (mark != null && mark.position() > position) lost.accept(channel);
        }
    }

    /// About how many channels lost something since the log was at a place, counted up to a bound.
    long countAfter(long position, int max) {
        return losses.tailMap(Loss.upTo(position), false).keySet().stream()
                .limit(max)
                .count();
    }
}
