package dev.sluice.core.store;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What channels lost, so that nobody misses it in silence. Written **before** anything
/// vanishes; readers look here **after** they looked at entries, and so hear of everything that they did not
/// find.
///
/// Each channel has the mark of what it lost last. That of a channel with nothing left is kept for a day, and
/// only so many of them; older ones fold into one that counts for every channel without a state of its own: a
/// false alarm for one that was empty for long, never silence. A mark of an empty channel takes about 400
/// bytes, the channel's name included.
public final class Marks {
    private final Limits limits;
    private final ConcurrentSkipListMap<Long, Channel> byPosition = new ConcurrentSkipListMap<>();

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

    /// To be followed by [#publish]. The new place in the index comes before the old one goes.
    void put(Channel channel, Mark mark) {
        Mark old = channel.mark;
        Mark all = mark.over(old);
        channel.mark = all;
        byPosition.put(all.position(), channel);
        if (old != null && old.position() < all.position()) byPosition.remove(old.position(), channel);
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

    /// Takes over what was lost in earlier lives.
    void restore(Mark folded, long foldedDeletion, long newest) {
        this.folded = folded;
        this.foldedDeletion = foldedDeletion;
        this.newest = newest;
        settled = newest;
    }

    /// A channel as it was in earlier lives.
    void restore(Channel channel) {
        if (channel.mark != null) byPosition.put(channel.mark.position(), channel);
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
        byPosition.remove(mark.position(), channel);
        return channel;
    }

    /// What a reader is to be told of; null: nothing. Of several the newest counts, and the furthest position.
    @Nullable
    Mark news(long cursor, long known, Selection selection, Function<String, @Nullable Channel> channels) {
        if (newest <= known) return null;
        Mark news = Mark.NOTHING;
        if (selection.isNamed()) {
            for (Pattern pattern : selection.patterns()) {
                Channel channel = channels.apply(pattern.value());
                Mark mark = channel == null ? folded : channel.mark;
                if (mark != null) news = news.with(mark.news(cursor, known));
            }
        } else {
            for (Channel channel : byPosition.tailMap(cursor, false).values()) {
                Mark mark = channel.mark;
                if (mark == null || !selection.matches(channel.name)) continue;
                news = news.with(mark.news(cursor, known));
            }
            news = news.with(folded.news(cursor, known)); // Last: marks fold before they go.
        }
        return news.at() == 0 ? null : news;
    }

    /// The channels that lost something behind a place.
    void lostAfter(long position, Consumer<Channel> lost) {
        byPosition.tailMap(position, false).values().forEach(lost);
    }

    /// About how many channels lost something behind a place, counted up to a bound.
    long countAfter(long position, int max) {
        return byPosition.tailMap(position, false).keySet().stream().limit(max).count();
    }
}
