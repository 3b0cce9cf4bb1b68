package dev.sluice.core.model;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Idempotency;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Retention.Keep;
import dev.sluice.core.log.Start;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Draws random operations of publishers and readers, with few names, few keys and short retention, so that
/// they interact.
public final class RandomLog {
    private static final List<String> CHANNELS = List.of("a", "b", "a/x", "a/y", "b/x", "$own/a");
    private static final List<String> PATTERNS = List.of("*", "**", "a/*", "*/x", "a/**", "$own/*", "nobody");
    private static final List<String> TYPES = List.of("message", "tick", "tock");
    private static final List<String> KEYS = List.of("k", "l", "m");

    private final Random random;
    private int published;

    public RandomLog(Random random) {
        this.random = random;
    }

    public boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    public int upTo(int max) {
        return random.nextInt(max + 1);
    }

    public <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    public ChannelName channel() {
        return new ChannelName(one(CHANNELS));
    }

    /// All channels that are drawn.
    public static List<ChannelName> channels() {
        return CHANNELS.stream().map(ChannelName::new).toList();
    }

    public String key() {
        return one(KEYS);
    }

    public Retention retention() {
        return new Retention(
                Duration.ofMinutes(1 + upTo(20)),
                oneIn(4) ? 1_000 : 1 + upTo(14),
                oneIn(2) ? 1 << 20 : 300 + upTo(4_000),
                oneIn(2) ? Keep.NEWEST : Keep.NEWEST_OF_KEY);
    }

    /// One to a few channels, by name, wildcard or both.
    public Selection selection() {
        int count = oneIn(2) ? 1 : 1 + upTo(3);
        boolean named = oneIn(2);
        String[] patterns = new String[count];
        for (int i = 0; i < count; i++) patterns[i] = named || oneIn(3) ? one(CHANNELS) : one(PATTERNS);
        return Selection.of(patterns);
    }

    public Filter filter(Cursor head) {
        Set<String> types = new HashSet<>();
        if (oneIn(3)) for (int i = upTo(2); i >= 0; i--) types.add(one(TYPES));
        return new Filter(types, oneIn(4), oneIn(4) ? head : null);
    }

    public Start start(List<Cursor> ids, Cursor head, long nowMs) {
        return switch (upTo(4)) {
            case 0 -> new Start.Latest();
            case 1 -> new Start.Earliest();
            case 2 -> new Start.Since(nowMs - upTo(20 * 60_000));
            case 3 -> new Start.Last(upTo(6));
            default -> new Start.Before(ids.isEmpty() ? head : one(ids), upTo(6));
        };
    }

    /// @param newest the channel's newest event, which some conditions require; null if it has none
    public Publication publication(ChannelName channel, @Nullable Cursor newest, boolean withKeys) {
        return new Publication(draft(channel), conditions(newest, withKeys));
    }

    private Draft draft(ChannelName channel) {
        boolean ends = oneIn(25);
        String key = oneIn(2) ? key() : null;
        boolean event = !ends || oneIn(2);
        String data = Integer.toString(published++) + "x".repeat(oneIn(20) ? upTo(3_000) : upTo(8));
        return new Draft(
                channel,
                one(TYPES),
                EventFields.ofKey(key).with("from", oneIn(3) ? "alice" : null),
                event ? new Content(ContentKind.TEXT, "text/plain", data.getBytes(StandardCharsets.UTF_8)) : null,
                key != null && oneIn(5),
                ends);
    }

    private Conditions conditions(@Nullable Cursor newest, boolean withKeys) {
        Idempotency idempotency = withKeys && oneIn(3)
                ? new Idempotency(oneIn(3) ? "alice" : "", key(), oneIn(5) ? "one body" : "another")
                : null;
        Newest condition = switch (upTo(9)) {
            case 0 -> new Newest.None();
            case 1 -> new Newest.Is("nonsense");
            case 2, 3 -> newest == null ? new Newest.None() : new Newest.Is(newest.text());
            default -> new Newest.Any();
        };
        return new Conditions(idempotency, condition);
    }
}
