package dev.sluice.core.presence;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.UnknownOutcomeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Tracks the members of channels. Methods may be called from any thread and do not block: all state belongs to one
/// owner, an executor that runs every change one after the other.
///
/// ```
/// join ──► connections 0 → 1: present ───────────┐
/// close ─► connections 1 → 0: lingers ──► gone ──┴─► differs from the hold? ──► next batch ──► MemberLeases ──► log
/// ```
/// A change is not a queued task but a difference between a member's state and this server's hold in the log. So
/// a member that joins and leaves between two batches is never written, and a change that the log refused still
/// differs at the next batch. The list is the log's: it has the members that other servers of a cluster hold, too.
public final class Presence implements AutoCloseable {
    /// The maximum number of members that leave in one [#tick], so that the owner, an event loop, has time for
    /// other work: with four ticks a second, a hundred thousand members leave in about three seconds.
    private static final int LEAVES_MAX = 10_000;

    private static final int BATCHES_MAX = 1_000;

    private final Log log;
    private final MemberLeases holds;
    private final PresenceSettings settings;
    private final Executor owner;
    private final LongSupplier elapsedMs;
    private final PresenceListener listener;
    private volatile boolean isClosed;

    /// All members; true if it counts for a caller. Changed by the owner only.
    private final ConcurrentHashMap<MemberKey, Boolean> members = new ConcurrentHashMap<>();

    /// The members that each caller brought, and its joins that the owner has not processed yet.
    private final ConcurrentHashMap<Object, Integer> broughtBy = new ConcurrentHashMap<>();

    // The state below is for the owner only.
    private final Map<ChannelName, ChannelMembers> channels = new HashMap<>();

    /// Members without a connection, in the order in which they leave: all linger equally long.
    private final LinkedHashSet<MemberState> lingering = new LinkedHashSet<>();

    /// Channels with a batch to write, in flight, or just written.
    private final LinkedHashSet<ChannelMembers> busy = new LinkedHashSet<>();

    /// Channels whose last batch the log did not take.
    private final LinkedHashSet<ChannelMembers> failing = new LinkedHashSet<>();

    /// Whether the listener was notified that writes fail, and not yet that one succeeded.
    private boolean isReported;

    private Presence(
            Log log,
            MemberLeases holds,
            PresenceSettings settings,
            Executor owner,
            LongSupplier elapsedMs,
            PresenceListener listener) {
        this.log = log;
        this.holds = holds;
        this.settings = settings;
        this.owner = owner;
        this.elapsedMs = elapsedMs;
        this.listener = listener;
    }

    /// Opens presence with the members that this server holds according to the log, which linger as if their
    /// connections had just ended. Blocks while it reads a log on this machine.
    ///
    /// @param owner     runs tasks one after the other
    /// @param elapsedMs a monotonic clock in milliseconds
    public static Presence open(
            Log log, PresenceSettings settings, Executor owner, LongSupplier elapsedMs, PresenceListener listener) {
        MemberLeases holds =
                log instanceof MemberLeases.Source several ? several.holds() : new LogMemberLeases(log, listener);
        Presence presence = new Presence(log, holds, settings, owner, elapsedMs, listener);
        holds.open(settings, presence::runAsOwner, presence.new LogView());
        return presence;
    }

    /// Applies what the log reports.
    private final class LogView implements MemberLeases.Listener {
        @Override
        public void listed(ChannelName channel, String client, long timeMs) {
            MemberState member = memberState(channel, client);
            member.channelMembers.list(member, timeMs);
        }

        @Override
        public void unlisted(ChannelName channel, String client) {
            MemberState member = memberState(channel, client);
            member.isListed = false;
            settle(member);
            busy.add(member.channelMembers); // It may be the last one.
        }

        /// A held member that is not present here was held by an earlier process, or it left while the other
        /// servers considered this one gone. Only in the latter case does this server know of the hold already.
        @Override
        public void held(Set<MemberKey> held) {
            Map<ChannelName, Set<String>> byChannel = new HashMap<>();
            for (MemberKey each : held) {
                MemberState member = memberState(each.channel(), each.client());
                if (!member.isPresent && !member.isHeld) {
                    member.isPresent = true;
                    linger(member);
                }
                byChannel
                        .computeIfAbsent(each.channel(), channel -> new HashSet<>())
                        .add(each.client());
            }
            for (ChannelMembers each : channels.values()) {
                each.hold(byChannel.getOrDefault(each.channel, Set.of())).forEach(Presence.this::settle);
                busy.add(each);
            }
        }
    }

    /// Adds a connection of `client` that subscribes to a channel. The client becomes a member at once; the
    /// change is written with the next batch.
    ///
    /// @throws IllegalArgumentException if [PresenceChannel] does not allow the channel or the client's name
    public Membership join(ChannelName channel, String client) {
        return join(channel, client, null);
    }

    /// Like [#join], but counts the member for a caller; see [#broughtBy].
    ///
    /// @param caller null if the member counts for no caller
    public Membership join(ChannelName channel, String client, @Nullable Object caller) {
        PresenceChannel.of(channel);
        PresenceChannel.checkClient(client);
        if (caller != null) broughtBy.merge(caller, 1, Integer::sum);
        runAsOwner(() -> enter(channel, client, caller));
        AtomicBoolean hasLeft = new AtomicBoolean();
        return () -> {
            if (!hasLeft.getAndSet(true)) runAsOwner(() -> leave(channel, client));
        };
    }

    /// The members of a channel according to its shadow now. A member that has just joined may be missing; its
    /// event then follows the list's cursor. Completes on the owner's thread; fails once the server is stopping.
    ///
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits it
    public CompletionStage<Members> members(Grant grant, ChannelName channel) {
        grant.require(Verb.PRESENCE, channel);
        if (isClosed) return CompletableFuture.failedStage(new IllegalStateException("this server stops"));
        CompletableFuture<Members> found = new CompletableFuture<>();
        owner.execute(() -> found.complete(list(channel)));
        return found;
    }

    /// The number of members that may still join before the limit is reached. [#join] accepts further members
    /// nevertheless; its callers refuse them.
    public int free() {
        return Math.max(0, settings.membersMax() - members.size());
    }

    /// The limit of members.
    public int membersMax() {
        return settings.membersMax();
    }

    /// The number of members that a caller has brought and that are still present, on this server and since it
    /// started. A member counts for the first caller only, however many connections it has.
    public int broughtBy(Object caller) {
        return broughtBy.getOrDefault(caller, 0);
    }

    /// Returns true if a client is a member of a channel already, so that joining needs no further place.
    public boolean isMember(ChannelName channel, String client) {
        return members.containsKey(new MemberKey(channel, client));
    }

    /// Returns true if a client is a member of a channel and counts for a caller already.
    public boolean isCounted(ChannelName channel, String client) {
        return members.getOrDefault(new MemberKey(channel, client), false);
    }

    /// Ends lingering members and writes batches that are due. The owner calls it several times a second.
    public void tick() {
        if (isClosed) return;
        long nowMs = elapsedMs.getAsLong();
        for (int leaves = 0; leaves < LEAVES_MAX && !lingering.isEmpty(); leaves++) {
            MemberState first = lingering.getFirst();
            if (first.lingersUntilMs > nowMs) break;
            lingering.remove(first);
            first.isPresent = false;
            settle(first);
            busy.add(first.channelMembers);
        }
        for (ChannelMembers channelMembers : due(nowMs)) {
            if (channelMembers.hasChanges()) write(channelMembers, nowMs);
            else removeIfEmpty(channelMembers);
        }
    }

    /// Removes the channels that may write from the busy ones, including those with nothing left to write, and
    /// returns them.
    private List<ChannelMembers> due(long nowMs) {
        List<ChannelMembers> due = new ArrayList<>();
        if (!holds.isWritable()) return due;
        for (Iterator<ChannelMembers> each = busy.iterator(); each.hasNext() && due.size() < BATCHES_MAX; ) {
            ChannelMembers channelMembers = each.next();
            if (!channelMembers.mayWrite(nowMs)) continue;
            each.remove();
            due.add(channelMembers);
        }
        return due;
    }

    private void removeIfEmpty(ChannelMembers channelMembers) {
        failing.remove(channelMembers); // The changes that it could not write have cancelled out.
        if (channelMembers.isEmpty()) channels.remove(channelMembers.channel);
    }

    private void enter(ChannelName channel, String client, @Nullable Object caller) {
        MemberState member = memberState(channel, client);
        if (caller != null && member.broughtBy != null) {
            takeFrom(caller);
        } else if (caller != null) {
            member.broughtBy = caller;
            members.put(new MemberKey(channel, client), true);
        }
        member.connections++;
        lingering.remove(member);
        member.isPresent = true;
        settle(member);
        ChannelMembers channelMembers = member.channelMembers;
        long nowMs = elapsedMs.getAsLong();
        busy.add(channelMembers);
        // Without delay in a quiet channel.
        if (channelMembers.hasChanges() && channelMembers.mayWrite(nowMs) && holds.isWritable())
            write(channelMembers, nowMs);
    }

    private void leave(ChannelName channel, String client) {
        MemberState member = memberState(channel, client);
        if (--member.connections == 0) linger(member);
    }

    private void linger(MemberState member) {
        member.lingersUntilMs = elapsedMs.getAsLong() + settings.linger().toMillis();
        lingering.add(member);
    }

    private MemberState memberState(ChannelName channel, String client) {
        ChannelMembers channelMembers = channels.computeIfAbsent(channel, ChannelMembers::new);
        MemberState known = channelMembers.find(client);
        if (known != null) return known;
        members.put(new MemberKey(channel, client), false);
        return channelMembers.add(client);
    }

    private void settle(MemberState member) {
        boolean isGone = member.channelMembers.settle(member);
        MemberKey key = new MemberKey(member.channelMembers.channel, member.client);
        if (isGone) members.remove(key);
        Object caller = member.broughtBy;
        if (caller == null || (!isGone && member.isHere())) return;
        member.broughtBy = null;
        members.replace(key, false); // Another server may still hold it.
        takeFrom(caller);
    }

    private void takeFrom(Object caller) {
        broughtBy.computeIfPresent(caller, (_, count) -> count == 1 ? null : count - 1);
    }

    private void write(ChannelMembers channelMembers, long nowMs) {
        busy.add(channelMembers);
        List<MemberLeases.Change> batch = channelMembers.next(log.head(), nowMs);
        CompletableFuture<MemberLeases.Outcome> placed =
                holds.write(channelMembers.channel, batch).toCompletableFuture();
        if (placed.isDone() && !placed.isCompletedExceptionally()) written(channelMembers, placed.resultNow(), null);
        else placed.whenComplete((outcome, failure) -> runAsOwner(() -> written(channelMembers, outcome, failure)));
    }

    private void written(
            ChannelMembers channelMembers, MemberLeases.@Nullable Outcome outcome, @Nullable Throwable failure) {
        MemberLeases.Outcome.Placed placed = outcome instanceof MemberLeases.Outcome.Placed done ? done : null;
        channelMembers.done(placed).forEach(this::settle);
        if (placed != null && placed.leftOut().isEmpty()) {
            failing.remove(channelMembers);
            if (!isReported || !failing.isEmpty()) return;
            isReported = false;
            listener.onWritesRecovered();
        } else if (!(outcome instanceof MemberLeases.Outcome.Fenced)) {
            failing.add(channelMembers);
            if (isReported) return;
            isReported = true;
            listener.onWritesFailing(channelMembers.channel, reason(outcome, failure));
        }
    }

    private String reason(MemberLeases.@Nullable Outcome outcome, @Nullable Throwable failure) {
        return switch (outcome) {
            case MemberLeases.Outcome.Placed _ ->
                "there are " + settings.membersMax() + " members, the maximum (presence_members_max)";
            case MemberLeases.Outcome.Refused(AppendResult.Full(String detail)) -> detail;
            case MemberLeases.Outcome.Refused(AppendResult.TooManyChannels(int max)) ->
                "there are " + max + " channels, the maximum (storage.channels_max, memory.channels_max)";
            case null, default -> failure != null ? reason(failure) : String.valueOf(outcome);
        };
    }

    private static String reason(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> reason(wrapped.getCause());
            case NotPublishedException none -> String.valueOf(none.getMessage());
            case UnknownOutcomeException unknown -> String.valueOf(unknown.getMessage());
            default -> failure.toString();
        };
    }

    private Members list(ChannelName channel) {
        ChannelMembers channelMembers = channels.get(channel);
        return channelMembers == null
                ? new Members(channel, List.of(), holds.listedAt(null))
                : channelMembers.list(holds.listedAt(channelMembers.before()));
    }

    private void runAsOwner(Runnable change) {
        if (!isClosed) owner.execute(change);
    }

    /// Stops writing. Members stay present in the log, and linger when the server starts again.
    @Override
    public void close() {
        isClosed = true;
        holds.close();
    }
}
