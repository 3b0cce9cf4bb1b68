package dev.sluice.core.sequencer;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.EntryStore;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.KeyedPublish;
import dev.sluice.core.index.LogRecord;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions.Idempotency;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.LogStatus;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.core.presence.PresenceChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decides one command after the other, and lets the index apply the result. A publish, or an atomic batch as a
/// whole, causes trims by number and bytes; trims by age, folds and deletions are separate commands. Commands
/// carry their times, which never go back.
///
/// Publishes are decided as if all earlier ones were applied, but are applied in groups, when [#apply] is called
/// or another command comes: a write of many costs little more than a write of one. How publishes are grouped
/// influences no decision, and neither does the progress of clearing deleted channels, which takes no position.
///
/// For one writer at a time. If a command throws and that is a [refusal][#isRefusal], for example by a retention
/// rule, other commands may follow. After any other failure the log must be opened again.
public final class Sequencer {
    /// The cost of a channel, whose rule is looked up, in examined entries.
    private static final int CHANNEL_STEPS = 16;

    private final Index index;
    private final LogLimits limits;
    private final IdempotencyKeys keys;
    private Function<ChannelName, Retention> rules;
    private volatile @Nullable RetentionRules changedRules;
    private final StagedGroup group;
    private final StagedCommand command;
    private final TrimPolicy trimPolicy;
    private final ExpiryPolicy expiryPolicy;
    private final ErasureSearch erasureSearch;
    private final OutcomeCounter outcomes = new OutcomeCounter();

    /// @param rules the retention rule of a new channel
    public Sequencer(Index index, LogLimits limits, Function<ChannelName, Retention> rules) {
        this.index = index;
        this.limits = limits;
        this.rules = rules;
        keys = new IdempotencyKeys(limits);
        group = new StagedGroup(index);
        command = new StagedCommand(index, group);
        trimPolicy = new TrimPolicy(group, limits);
        expiryPolicy = new ExpiryPolicy(group, index.expiryQueue());
        erasureSearch = new ErasureSearch(index, limits.lookMax());
    }

    /// The last position taken by an entry, a deletion or a trim.
    public long last() {
        return group.last();
    }

    /// Returns true if a command that threw has changed nothing, so that the failure is its outcome. A failure of the
    /// store is no outcome: part of the group may be applied by then, and the store of another node may not fail.
    ///
    /// @param last the value of [#last] before the command
    public boolean isRefusal(RuntimeException failure, long last) {
        return last() == last && !(failure instanceof EntryStore.StoreFailedException);
    }

    /// Whether the log exceeds a limit so far that each command that adds an entry also drops many.
    public boolean isLogExceeded() {
        return trimPolicy.isLogExceeded();
    }

    /// The outcomes decided so far, by kind. May be called from any thread.
    public Map<AppendCount, Long> outcomes() {
        return outcomes.sums();
    }

    /// The size of the log. For the writer, between two commands.
    public LogStatus status() {
        long oldestMs = 0;
        try (EntryIterator oldestFirst = index.oldestFirst()) {
            Entry oldest = oldestFirst.next();
            if (oldest != null) oldestMs = oldest.timeMs();
        }
        long channels = index.channelsKept();
        return new LogStatus(
                index.entries(),
                index.dataBytes(),
                index.tailBytes(),
                channels,
                index.channelsKnown() - channels,
                keys.count(),
                limits,
                oldestMs,
                Distribution.EMPTY,
                Distribution.EMPTY);
    }

    public IdempotencyKeys keys() {
        return keys;
    }

    /// Publishes, if the conditions hold.
    public AppendResult append(Publication publication, long nowMs) {
        command.begin(nowMs);
        AppendResult outcome = decide(publication);
        place(nowMs);
        return outcomes.count(publication, outcome);
    }

    /// Publishes all in order, or none if one is refused.
    public AppendResult.Batch appendAll(List<Publication> publications, long nowMs) {
        command.begin(nowMs);
        AppendResult.Batch outcome = decideAll(publications);
        if (outcome instanceof AppendResult.Batch.All) place(nowMs);
        return outcomes.count(publications, outcome);
    }

    /// The outcome of a publish for which there is no space: repeats and refusals keep their outcomes.
    public AppendResult refuse(Publication publication, AppendResult.Full full, long nowMs) {
        command.begin(nowMs);
        AppendResult outcome = decide(publication);
        return outcomes.count(publication, command.entries().isEmpty() ? outcome : full);
    }

    /// The outcome of an atomic batch for which there is no space, decided as in [#refuse].
    public AppendResult.Batch refuseAll(List<Publication> publications, AppendResult.Full full, long nowMs) {
        command.begin(nowMs);
        AppendResult.Batch outcome = decideAll(publications);
        boolean places =
                outcome instanceof AppendResult.Batch.All && !command.entries().isEmpty();
        return outcomes.count(publications, places ? new AppendResult.Batch.None(0, full) : outcome);
    }

    /// Decides the publications of a command in order, until one is refused.
    private AppendResult.Batch decideAll(List<Publication> publications) {
        List<AppendResult> decided = new ArrayList<>(publications.size());
        for (Publication publication : publications) {
            AppendResult outcome = decide(publication);
            boolean refused = switch (outcome) {
                case AppendResult.Placed placed -> false;
                case AppendResult.Same same -> false;
                case AppendResult.KeyReused reused -> true;
                case AppendResult.NewestDiffers differs -> true;
                case AppendResult.Ended ended -> true;
                case AppendResult.Full full -> true;
                case AppendResult.TooManyChannels tooMany -> true;
                case AppendResult.ChannelShare share -> true;
            };
            if (refused) return new AppendResult.Batch.None(decided.size(), outcome);
            decided.add(outcome);
        }
        return new AppendResult.Batch.All(decided);
    }

    /// Decides a publication, as if the earlier ones of its command were placed, and stages what it places: the
    /// outcome is [AppendResult.Placed], [AppendResult.Same], or the reason for a refusal.
    private AppendResult decide(Publication publication) {
        Draft draft = publication.draft();
        Newest newest = publication.conditions().newest();
        Idempotency idempotency = publication.conditions().idempotency();
        if (idempotency == null) return decide(draft, newest);
        // Checked first: a repeat gets the first outcome, whatever happened to the channel since.
        KeyedPublish.Key key = IdempotencyKeys.key(draft.channel(), idempotency);
        KeyedPublish.Success success = success(key, idempotency.fingerprint());
        if (success != null) {
            boolean same = success.fingerprint().equals(idempotency.fingerprint());
            return same ? new AppendResult.Same(success.id()) : new AppendResult.KeyReused();
        }
        AppendResult outcome = decide(draft, newest);
        if (outcome instanceof AppendResult.Placed placed) {
            command.remember(key, idempotency.fingerprint(), placed.id());
        }
        return outcome;
    }

    private AppendResult decide(Draft draft, Newest condition) {
        StagedCommand.Tip tip = command.tip(draft.channel());
        if (tip.end() != 0) return new AppendResult.Ended(index.cursor(tip.end()));
        if (!holds(condition, tip.newest())) return new AppendResult.NewestDiffers(cursor(tip.newest()));
        // Publishers who create channels must not prevent a revocation.
        boolean isLimited = tip.isNew() && !HubChannels.isForOperators(draft.channel());
        if (isLimited && command.channelsKept() >= limits.channelsMax()) {
            return new AppendResult.TooManyChannels(limits.channelsMax());
        }
        Retention rule = command.needsRule(tip) ? rules.apply(tip.channel()) : tip.rule();
        long position = command.stage(draft, tip, rule);
        return new AppendResult.Placed(index.epochs().at(position), position);
    }

    /// @param newest the position of the channel's newest event; 0 if the channel has no event
    private boolean holds(Newest condition, long newest) {
        return switch (condition) {
            case Newest.Any _ -> true;
            case Newest.None _ -> newest == 0;
            case Newest.Is(String id) ->
                newest != 0 && id.equals(index.cursor(newest).text());
        };
    }

    private @Nullable Cursor cursor(long position) {
        return position == 0 ? null : index.cursor(position);
    }

    private KeyedPublish.@Nullable Success success(KeyedPublish.Key key, String fingerprint) {
        KeyedPublish.Success staged = command.success(key);
        return staged != null ? staged : keys.find(key, fingerprint, command.timeMs());
    }

    /// Places what the command staged, then trims what it exceeds.
    private void place(long nowMs) {
        List<Entry> entries = command.entries();
        if (entries.isEmpty()) return;
        // Otherwise one write would add entries after the end of a channel that only the next write removes.
        if (group.hasEmptiedChannelOf(entries)) apply();
        StagedChannel first =
                group.add(entries.getFirst(), command.rule(entries.getFirst().channel()));
        if (entries.size() == 1) {
            remember(nowMs);
            trim(first, nowMs);
        } else {
            Set<StagedChannel> changed = new LinkedHashSet<>();
            changed.add(first);
            StagedChannel latest = first;
            for (Entry entry : entries.subList(1, entries.size())) {
                StagedChannel channel = group.add(entry, command.rule(entry.channel()));
                if (channel != latest) changed.add(channel); // Most batches go to one channel.
                latest = channel;
            }
            remember(nowMs);
            for (StagedChannel channel : changed) trim(channel, nowMs);
        }
        if (trimPolicy.isLogExceeded()) trimLog(entries, nowMs);
        if (group.channelsWithOnlyMark() > limits.marksMax()) foldExcess();
    }

    private void remember(long nowMs) {
        List<KeyedPublish> published = command.published();
        for (KeyedPublish each : published) {
            keys.remember(each.key(), each.success());
            group.remember(each);
        }
        keys.expire(nowMs, 2 * published.size() + 2); // More than were added, so that none pile up.
    }

    private void trim(StagedChannel channel, long nowMs) {
        List<Entry> excess = trimPolicy.excess(channel);
        if (!excess.isEmpty()) group.drop(group.uncover(channel, excess, nowMs), nowMs);
    }

    /// Trims all channels. Applies the group first, because only the index knows the order of their oldest
    /// entries.
    private void trimLog(List<Entry> placed, long nowMs) {
        apply();
        try (EntryIterator oldestFirst = index.oldestFirst()) {
            group.drop(trimPolicy.excess(oldestFirst, placed), nowMs);
        }
    }

    /// Lets the index apply everything decided since the last call. Call it before the outcomes are
    /// acknowledged.
    public void apply() {
        if (group.isEmpty()) group.reset(); // A refusal leaves channels that it looked up.
        else apply(group);
    }

    private void apply(LogRecord record) {
        index.apply(record);
        group.reset();
    }

    /// Deletes a channel.
    ///
    /// @return false if the channel keeps nothing
    public boolean delete(ChannelName name, long nowMs) {
        apply();
        ChannelIndex channel = index.channel(name.value());
        if (channel == null || channel.entries() == 0) return false;
        apply(new LogRecord.Deletion(channel, last() + 1, nowMs));
        foldExcess();
        return true;
    }

    /// Drops expired entries and folds old marks, at most about `max` of each, so that publishes do not wait
    /// long.
    ///
    /// @return true if there may be more to do
    public boolean maintain(long nowMs, int max) {
        apply();
        keys.expire(nowMs, max);
        group.drop(expiryPolicy.expired(nowMs, max), nowMs);
        apply();
        boolean hasExcess = dropLogExcess(nowMs);
        return fold(nowMs, max) == max || expiryPolicy.hasMore(nowMs) || hasExcess;
    }

    /// Drops what publishes have left of a log that exceeds its limits, because one command may not drop all
    /// ([LogLimits#trimMax]).
    ///
    /// @return true if there may be more
    private boolean dropLogExcess(long nowMs) {
        boolean isPossible = limits.trimMax() < Long.MAX_VALUE; // Not in a cluster, where only publishes trim the log.
        if (!isPossible || !trimPolicy.isLogExceeded()) return false;
        long before = last();
        trimLog(List.of(), nowMs);
        apply();
        return last() > before && trimPolicy.isLogExceeded();
    }

    /// Folds marks beyond the limit, so that they never take more memory.
    private void foldExcess() {
        apply();
        fold(0, Integer.MAX_VALUE);
    }

    /// Folds marks that are too old or too many, beginning with the channels that have been empty longest.
    private int fold(long nowMs, int max) {
        List<ChannelIndex> channels = new ArrayList<>();
        int excess = group.channelsWithOnlyMark() - limits.marksMax();
        long emptiedBeforeMs = nowMs - limits.markAge().toMillis();
        for (var each : index.marks().emptySinceMs().entrySet()) {
            boolean isFolded = channels.size() < excess || each.getValue() < emptiedBeforeMs;
            if (!isFolded || channels.size() == max) break;
            channels.add(each.getKey());
        }
        if (!channels.isEmpty()) apply(new LogRecord.Fold(channels));
        return channels.size();
    }

    /// Progress of the channels that follow changed rules.
    ///
    /// @param after the channels up to this one follow the rules already; null if none do
    public record RulesProgress(@Nullable ChannelName after, boolean isDone) {
        public static final RulesProgress BEGIN = new RulesProgress(null, false);
    }

    /// Replaces the retention rules: for new channels at once, for others in slices, of which [#followRules]
    /// processes the next one. Drops what the rules do not cover.
    public RulesProgress changeRules(RetentionRules changed, long nowMs) {
        apply();
        record(changed);
        return followRules(RulesProgress.BEGIN, nowMs);
    }

    private void record(RetentionRules changed) {
        apply(new LogRecord.Rules(changed));
        rules = ofAllChannels(changed);
        changedRules = changed;
    }

    /// The rules of the last change, on whichever node it was made; null if the rules are still those given at the
    /// opening. May be called from any thread.
    @Nullable
    RetentionRules changedRules() {
        return changedRules;
    }

    /// Changes the rules as [#changeRules] does, but for all channels at once, so that a restarted node has the
    /// same rules for each. Drops nothing; [#followRules] does that.
    public RulesProgress adoptRules(RetentionRules changed) {
        apply();
        record(changed);
        for (ChannelIndex channel = index.firstKnown(null); channel != null; ) {
            Retention rule = rules.apply(channel.name());
            if (!rule.equals(channel.rule())) apply(new LogRecord.Rule(channel, rule));
            channel = index.firstKnown(channel.name());
        }
        return RulesProgress.BEGIN;
    }

    /// @param progress the result of the last slice; not done
    public RulesProgress followRules(RulesProgress progress, long nowMs) {
        apply();
        ChannelName after = progress.after;
        for (int steps = 0; steps < limits.lookMax(); steps += CHANNEL_STEPS) {
            ChannelIndex channel = index.firstKnown(after);
            if (channel == null) return new RulesProgress(after, true);
            Retention rule = rules.apply(channel.name());
            if (!rule.equals(channel.rule())) apply(new LogRecord.Rule(channel, rule));
            int dropped = dropExcess(channel, nowMs);
            steps += dropped;
            if (dropped == 0) after = channel.name(); // Otherwise it may still keep too much.
        }
        return new RulesProgress(after, false);
    }

    private int dropExcess(ChannelIndex channel, long nowMs) {
        List<Entry> dropped = List.of();
        if (channel.entries() > 0) {
            StagedChannel staged = group.keeping(channel.name());
            dropped = group.uncover(staged, trimPolicy.excess(staged), nowMs);
            group.drop(dropped, nowMs);
        }
        apply();
        return dropped.size();
    }

    /// Begins to count what other rules would delete; [#step] examines a slice.
    public LossSearch losses(RetentionRules changed, long nowMs) {
        return new LossSearch(index, changed, ofAllChannels(changed), nowMs);
    }

    /// Examines the next slice of the search.
    public LossSearch step(LossSearch search) {
        apply();
        search.step(limits.lookMax());
        return search;
    }

    /// The rules, together with those of the log's own channels.
    public static Function<ChannelName, Retention> ofAllChannels(Function<ChannelName, Retention> rules) {
        return HubChannels.retention(PresenceChannel.retention(rules));
    }

    /// Erases an event's data and keeps its position.
    ///
    /// @return false if the channel keeps no such event
    public boolean forget(ChannelName name, Cursor id) {
        apply();
        ChannelIndex channel = index.channel(name.value());
        Event event = channel == null ? null : erasureSearch.find(channel, id);
        if (channel == null || event == null) return false;
        erase(channel, List.of(event));
        return true;
    }

    /// Progress of forgetting a key.
    ///
    /// @param after the position after which entries remain to be examined; -1 if none remain
    /// @param upTo  the last position to examine
    /// @param count the number of events of the key found so far
    public record ForgetProgress(long after, long upTo, int count) {
        public boolean isDone() {
            return after < 0;
        }
    }

    /// Starts to erase the data of all events of a key that are kept now: examines the first slice.
    public ForgetProgress forgetKey(ChannelName name, String key) {
        return forgetKey(name, key, new ForgetProgress(0, last(), 0));
    }

    /// Examines the next slice, and erases what it finds in one write.
    public ForgetProgress forgetKey(ChannelName name, String key, ForgetProgress progress) {
        apply();
        ChannelIndex channel = index.channel(name.value());
        if (channel == null) return new ForgetProgress(-1, 0, progress.count);
        List<Event> found = new ArrayList<>();
        long after = erasureSearch.find(channel, key, progress, found);
        erase(channel, found);
        return new ForgetProgress(after, progress.upTo, progress.count + found.size());
    }

    private void erase(ChannelIndex channel, List<Event> found) {
        List<Event> events =
                found.stream().filter(event -> !event.isForgotten()).toList();
        if (!events.isEmpty()) apply(new LogRecord.Erasure(channel, events));
    }
}
