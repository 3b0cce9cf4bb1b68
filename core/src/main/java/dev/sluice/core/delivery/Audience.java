package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.PatternTrie;
import dev.sluice.core.channel.Selection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who on this event loop reads which channel. What nobody reads costs nothing.
final class Audience {
    private final Map<String, ReaderSet> named = new HashMap<>();
    private final PatternTrie<ReaderSet> wild = new PatternTrie<>();
    private final Slots<ReaderSet> sets = new Slots<>();

    void join(Selection selection, Reader reader) {
        List<Pattern> patterns = selection.patterns();
        int count = patterns.size();
        ReaderSet.Place[] places = count == 1 ? null : new ReaderSet.Place[count];
        reader.places = places;
        for (int i = 0; i < count; i++) {
            ReaderSet.Member member = reader;
            if (places != null) member = places[i] = new ReaderSet.Place(reader);
            setOf(patterns.get(i)).members.add(member);
        }
    }

    private ReaderSet setOf(Pattern pattern) {
        return pattern.isName()
                ? named.computeIfAbsent(pattern.value(), _ -> added())
                : wild.computeIfAbsent(pattern, this::added);
    }

    private ReaderSet added() {
        ReaderSet set = new ReaderSet();
        sets.add(set);
        return set;
    }

    /// Does nothing for a reader that has left.
    void leave(Selection selection, Reader reader) {
        List<Pattern> patterns = selection.patterns();
        for (int i = 0; i < patterns.size(); i++) {
            Pattern pattern = patterns.get(i);
            ReaderSet set = pattern.isName() ? named.get(pattern.value()) : wild.get(pattern);
            if (set == null) continue;
            set.members.remove(reader.places == null ? reader : reader.places[i]);
            if (set.members.size() > 0) continue;
            sets.remove(set);
            if (pattern.isName()) named.remove(pattern.value());
            else wild.remove(pattern);
        }
    }

    /// Who named the channel in full; null: nobody.
    @Nullable
    ReaderSet named(ChannelName channel) {
        return named.get(channel.value());
    }

    /// Finds those who named it by a pattern.
    PatternTrie.Search<ReaderSet> search() {
        return wild.search();
    }

    /// Everybody; a reader of several channels or patterns stands in several sets.
    Slots<ReaderSet> sets() {
        return sets;
    }

    void all(Consumer<Reader> action) {
        for (int i = 0; i < sets.size(); i++) {
            Slots<ReaderSet.Member> members = sets.get(i).members;
            for (int j = 0; j < members.size(); j++)
                action.accept(members.get(j).reader());
        }
    }

    /// Whether anybody reads anything here.
    boolean isEmpty() {
        return sets.size() == 0;
    }
}
