package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.PatternTrie;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.schedule.SwapRemoveList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The readers of one event loop by channel and pattern. Channels without readers cost nothing.
final class SubscriptionIndex {
    private final Map<String, ReaderSet> byName = new HashMap<>();
    private final PatternTrie<ReaderSet> byPattern = new PatternTrie<>();
    private final SwapRemoveList<ReaderSet> sets = new SwapRemoveList<>();

    void join(Selection selection, Reader reader) {
        List<Pattern> patterns = selection.patterns();
        int count = patterns.size();
        ReaderSet.SetEntry[] setEntries = count == 1 ? null : new ReaderSet.SetEntry[count];
        reader.setEntries = setEntries;
        for (int i = 0; i < count; i++) {
            ReaderSet.Membership member = reader;
            if (setEntries != null) member = setEntries[i] = new ReaderSet.SetEntry(reader);
            setOf(patterns.get(i)).members.add(member);
        }
    }

    private ReaderSet setOf(Pattern pattern) {
        return pattern.isName()
                ? byName.computeIfAbsent(pattern.value(), _ -> newSet())
                : byPattern.computeIfAbsent(pattern, this::newSet);
    }

    private ReaderSet newSet() {
        ReaderSet set = new ReaderSet();
        sets.add(set);
        return set;
    }

    /// Does nothing for a reader that has left.
    void leave(Selection selection, Reader reader) {
        List<Pattern> patterns = selection.patterns();
        for (int i = 0; i < patterns.size(); i++) {
            Pattern pattern = patterns.get(i);
            ReaderSet set = pattern.isName() ? byName.get(pattern.value()) : byPattern.get(pattern);
            if (set == null) continue;
            set.members.remove(reader.setEntries == null ? reader : reader.setEntries[i]);
            if (set.members.size() > 0) continue;
            sets.remove(set);
            if (pattern.isName()) byName.remove(pattern.value());
            else byPattern.remove(pattern);
        }
    }

    /// The readers that name the channel in full; null if there are none.
    @Nullable
    ReaderSet named(ChannelName channel) {
        return byName.get(channel.value());
    }

    /// A search for the readers whose patterns match a channel.
    PatternTrie.Search<ReaderSet> search() {
        return byPattern.search();
    }

    /// All sets; a reader of several channels or patterns is in several of them.
    SwapRemoveList<ReaderSet> sets() {
        return sets;
    }

    void all(Consumer<Reader> action) {
        for (int i = 0; i < sets.size(); i++) {
            SwapRemoveList<ReaderSet.Membership> members = sets.get(i).members;
            for (int j = 0; j < members.size(); j++)
                action.accept(members.get(j).reader());
        }
    }

    /// Whether a reader has a pattern that is not a full name.
    boolean hasPatterns() {
        return !byPattern.isEmpty();
    }

    /// Whether there are no readers.
    boolean isEmpty() {
        return sets.size() == 0;
    }
}
