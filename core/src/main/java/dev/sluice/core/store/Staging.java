package dev.sluice.core.store;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions.Idempotency;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What publications would do to the log, decided one after the other as if the earlier ones were placed.
/// Nothing happens before [Store#commit]. For the writer.
public final class Staging {
    private final Store store;
    private final long nowMs;
    private final List<Entry> entries = new ArrayList<>(1);
    private final Map<Keys.Key, Keys.Success> keys = new LinkedHashMap<>();
    private final Map<ChannelName, Tip> tips = new HashMap<>();
    private final @Nullable Staging before;
    private long last;

    /// How many channels would keep something that keep nothing now.
    private int channelsMore;

    public Staging(Store store, long nowMs) {
        this.store = store;
        this.nowMs = nowMs;
        before = null;
        last = store.last();
    }

    /// As if what is staged there were placed; nothing happens to it before [#take].
    private Staging(Staging before) {
        store = before.store;
        nowMs = before.nowMs;
        this.before = before;
        last = before.last;
        channelsMore = before.channelsMore;
    }

    /// Takes over what was staged behind this.
    private void take(Staging behind) {
        entries.addAll(behind.entries);
        keys.putAll(behind.keys);
        tips.putAll(behind.tips);
        last = behind.last;
        channelsMore = behind.channelsMore;
    }

    /// How a channel would end. Its name is the one that the store has: each request has read its own, and that would
    /// be three more objects for each event in memory.
    ///
    /// @param isNew whether the channel keeps nothing
    private record Tip(
            ChannelName channel,
            boolean isNew,
            @Nullable Cursor newest,
            @Nullable Cursor end) {}

    /// What becomes of a publication: [Appended.Placed] or [Appended.Same], or why it is refused.
    public Appended stage(Publication publication) {
        Draft draft = publication.draft();
        Idempotency idempotency = publication.conditions().idempotency();
        if (idempotency == null) return stage(draft, publication.conditions().newest());
        // First of all: a repeat gets the first answer, whatever has become of the channel since.
        Keys.Key key = Keys.Key.of(draft.channel(), idempotency);
        Keys.Success success = success(key);
        if (success != null) {
            boolean same = success.fingerprint().equals(idempotency.fingerprint());
            return same ? new Appended.Same(success.id()) : new Appended.KeyReused();
        }
        Appended outcome = stage(draft, publication.conditions().newest());
        if (outcome instanceof Appended.Placed(Cursor id)) {
            keys.put(key, new Keys.Success(idempotency.fingerprint(), id, nowMs));
        }
        return outcome;
    }

    /// What becomes of all of them, one behind the other, or of none. Nothing is staged where one is refused.
    public Appended.Batch stageAll(List<Publication> publications) {
        Staging behind = new Staging(this);
        List<Appended> outcomes = new ArrayList<>(publications.size());
        for (Publication publication : publications) {
            Appended outcome = behind.stage(publication);
            boolean refused = switch (outcome) {
                case Appended.Placed placed -> false;
                case Appended.Same same -> false;
                case Appended.KeyReused reused -> true;
                case Appended.NewestDiffers differs -> true;
                case Appended.Ended ended -> true;
                case Appended.Full full -> true;
                case Appended.TooManyChannels tooMany -> true;
            };
            if (refused) return new Appended.Batch.None(outcomes.size(), outcome);
            outcomes.add(outcome);
        }
        take(behind);
        return new Appended.Batch.All(outcomes);
    }

    private Appended stage(Draft draft, Newest condition) {
        Tip tip = tip(draft.channel());
        if (tip.end != null) return new Appended.Ended(tip.end);
        if (!holds(condition, tip.newest)) return new Appended.NewestDiffers(tip.newest);
        int channelsMax = store.limits.channelsMax();
        if (tip.isNew && store.channelsKept() + channelsMore >= channelsMax) {
            return new Appended.TooManyChannels(channelsMax);
        }
        return new Appended.Placed(place(draft, tip));
    }

    private Cursor place(Draft draft, Tip tip) {
        Cursor id = next();
        Cursor newest = tip.newest;
        if (draft.content() != null) {
            newest = id;
            entries.add(Event.of(id, tip.channel, nowMs, draft));
        }
        Cursor end = null;
        if (draft.ends()) {
            end = draft.content() == null ? id : next();
            entries.add(new End(end, tip.channel, nowMs));
        }
        if (tip.isNew) channelsMore++;
        tips.put(tip.channel, new Tip(tip.channel, false, newest, end));
        return id;
    }

    private Cursor next() {
        last = last + 1;
        return store.cursor(last);
    }

    private Keys.@Nullable Success success(Keys.Key key) {
        Keys.Success staged = keys.get(key);
        if (staged != null) return staged;
        return before != null ? before.success(key) : store.success(key, nowMs);
    }

    private Tip tip(ChannelName name) {
        Tip staged = tips.get(name);
        if (staged != null) return staged;
        if (before != null) return before.tip(name);
        Channel channel = store.channel(name.value());
        return channel == null
                ? new Tip(name, true, null, null)
                : new Tip(channel.name(), channel.isEmpty(), channel.latest(), channel.end());
    }

    private static boolean holds(Newest condition, @Nullable Cursor newest) {
        return switch (condition) {
            case Newest.Any any -> true;
            case Newest.None none -> newest == null;
            case Newest.Is is -> newest != null && is.id().equals(newest.text());
        };
    }

    public List<Entry> entries() {
        return entries;
    }

    public Map<Keys.Key, Keys.Success> keys() {
        return keys;
    }
}
