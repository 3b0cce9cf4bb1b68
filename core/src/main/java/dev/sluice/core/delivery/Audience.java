package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Who on this event loop reads which channel. What nobody reads costs nothing.
final class Audience {
    private final Map<String, ReaderSet> named = new HashMap<>();
    private final Map<Pattern, ReaderSet> wild = new LinkedHashMap<>();

    void join(Selection selection, Reader reader) {
        for (Pattern pattern : selection.patterns()) {
            if (pattern.isName())
                named.computeIfAbsent(pattern.value(), _ -> new ReaderSet()).add(reader);
            else wild.computeIfAbsent(pattern, _ -> new ReaderSet()).add(reader);
        }
    }

    void leave(Selection selection, Reader reader) {
        for (Pattern pattern : selection.patterns()) {
            if (pattern.isName()) named.computeIfPresent(pattern.value(), (_, set) -> without(set, reader));
            else wild.computeIfPresent(pattern, (_, set) -> without(set, reader));
        }
    }

    /// Everybody whose selection holds the channel; somebody may be named twice.
    void of(ChannelName channel, Consumer<Reader> action) {
        ReaderSet readers = named.get(channel.value());
        if (readers != null) readers.forEach(action);
        for (Map.Entry<Pattern, ReaderSet> each : wild.entrySet()) {
            if (each.getKey().matches(channel)) each.getValue().forEach(action);
        }
    }

    void all(Consumer<Reader> action) {
        named.values().forEach(set -> set.forEach(action));
        wild.values().forEach(set -> set.forEach(action));
    }

    /// Whether anybody reads anything here.
    boolean isEmpty() {
        return named.isEmpty() && wild.isEmpty();
    }

    private static @org.jspecify.annotations.Nullable ReaderSet without(ReaderSet set, Reader reader) {
        set.remove(reader);
        return set.isEmpty() ? null : set;
    }
}
