package dev.sluice.core.replication;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.presence.MemberKey;
import dev.sluice.core.presence.MemberLeases;
import dev.sluice.core.presence.PresenceSettings;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The members that one node of a cluster holds. It writes under a [Lease], and begins another one whenever it
/// has none in force: at the start, after the other nodes considered this one gone, and after a write whose
/// outcome is unknown. All its earlier commands are decided before the lease begins, so the members that the
/// [MemberLeaseTable] has then are the ones that count, and presence writes the difference.
///
/// A node that starts may take long to catch up. So it ends the lease of its earlier process first, whose members
/// then linger like those of a dead node, and begins its own lease once it has caught up.
///
/// The thread that applies passes members that join and leave, on any node, to presence's owner.
final class ReplicatedMemberLeases implements MemberLeases {
    private final long node;
    private final MemberLeaseTable table;
    private final Object lock;
    private final ProposingWriter writer;
    private final Supplier<Cursor> head;

    /// Changes of the list that its owner has not processed yet.
    private final Queue<Listing> listings = new ConcurrentLinkedQueue<>();

    /// The proposal being applied; null between proposals.
    private volatile @Nullable Listing applying;

    /// The last change that the owner has processed, possibly before [#applying] is reset. Only for the owner.
    private @Nullable Listing taken;

    private volatile @Nullable Opened opened;
    private final AtomicBoolean isBeginning = new AtomicBoolean();

    /// The number of the lease under which changes are written; 0 without a lease.
    private volatile long lease;

    /// The number of the newest lease of an earlier process, as far as this node knows.
    private volatile long earlier;

    /// Whether this process has had a lease.
    private volatile boolean hasBegun;

    private record Opened(PresenceSettings settings, Executor owner, Listener listener) {}

    /// The members who joined and left in one proposal, or all members.
    private static final class Listing {
        /// The head before it.
        final Cursor before;

        /// Known once the proposal is applied.
        List<HeldMember> members = List.of();

        Listing(Cursor before) {
            this.before = before;
        }
    }

    /// @param lock the lock of the table
    /// @param head the head of the log, as readers see it
    ReplicatedMemberLeases(
            long node, MemberLeaseTable table, Object lock, ProposingWriter writer, Supplier<Cursor> head) {
        this.node = node;
        this.table = table;
        this.lock = lock;
        this.writer = writer;
        this.head = head;
    }

    @Override
    public void open(PresenceSettings settings, Executor owner, Listener listener) {
        synchronized (lock) {
            opened = new Opened(settings, owner, listener);
            Listing all = new Listing(head.get());
            all.members = table.list();
            listings.add(all);
            earlier = table.lease(node).number();
        }
        owner.execute(this::takeListings);
        beginLease();
    }

    @Override
    public boolean isWritable() {
        return lease != 0;
    }

    @Override
    public CompletionStage<Outcome> write(ChannelName channel, List<Change> changes) {
        long under = lease;
        return writer.submit(new MemberLeaseCommand.ChangeHolds(node, under, channel, changes))
                .whenComplete((outcome, failure) -> {
                    // An unknown outcome may still become known to the others: only the next lease settles it.
                    if (failure != null || outcome instanceof Outcome.Fenced) replace(under);
                });
    }

    /// The order of these reads matters: changes up to the head have been processed, or are in the queue, or
    /// belong to the proposal that is being applied.
    @Override
    public Cursor listedAt(@Nullable Cursor before) {
        Cursor seen = head.get();
        Listing underWay = applying;
        Listing next = listings.peek();
        if (next != null) return next.before;
        return underWay == null || underWay == taken ? seen : underWay.before;
    }

    @Override
    public void close() {
        opened = null;
    }

    /// A proposal is about to be applied. Called with the lock.
    void begin(Cursor before) {
        applying = new Listing(before);
    }

    /// The proposal was applied. Called with the lock.
    void applied() {
        List<HeldMember> changes = table.takeChanges();
        Opened to = opened;
        if (to != null && !changes.isEmpty()) {
            Listing done = Objects.requireNonNull(applying);
            done.members = changes;
            listings.add(done);
            to.owner.execute(this::takeListings);
        }
        applying = null;
    }

    private void takeListings() {
        Opened to = opened;
        if (to == null) return;
        for (Listing next = listings.peek(); next != null; next = listings.peek()) {
            for (HeldMember each : next.members) {
                MemberKey key = each.key();
                if (each.nodes().isEmpty()) to.listener.unlisted(key.channel(), key.client());
                else to.listener.listed(key.channel(), key.client(), each.timeMs());
            }
            taken = next;
            listings.remove();
        }
    }

    /// Replaces the lease if it has ended. Called after each proposal, on the thread that applies.
    void renew() {
        Lease last = table.lease(node);
        if (!hasBegun) {
            endEarlier(last);
            return;
        }
        long under = lease;
        if (under != 0 && (last.number() != under || !last.isInForce())) replace(under);
    }

    private void endEarlier(Lease last) {
        if (!last.isInForce() || last.number() <= earlier) return;
        earlier = last.number();
        writer.submit(new MemberLeaseCommand.EndLease(node, last.number())); // If it fails, caughtUp() does it again.
    }

    /// Tries again to begin a lease if there is none. Call it about once a second.
    void maintain() {
        synchronized (lock) {
            renew();
        }
        if (lease == 0) beginLease();
    }

    private void replace(long under) {
        if (lease == under) lease = 0;
        if (lease == 0) beginLease();
    }

    private void beginLease() {
        Opened to = opened;
        if (to == null || isBeginning.getAndSet(true)) return;
        long lingerMs = to.settings.linger().toMillis();
        caughtUp()
                .thenCompose(
                        _ -> writer.submit(new MemberLeaseCommand.BeginLease(node, lingerMs, to.settings.membersMax())))
                .whenComplete((number, failure) -> {
                    if (failure == null) begun(to, number);
                    else isBeginning.set(false);
                });
    }

    /// Completes once a starting process has applied everything that was placed before.
    private CompletionStage<?> caughtUp() {
        return hasBegun
                ? CompletableFuture.completedStage(null)
                : writer.submit(new MemberLeaseCommand.EndLease(node, earlier));
    }

    /// Runs on the thread that applies, before the next proposal; or later, on the thread that requested the
    /// lease.
    private void begun(Opened to, long number) {
        hasBegun = true;
        Set<MemberKey> held;
        synchronized (lock) {
            held = table.heldBy(node);
        }
        to.owner.execute(() -> {
            to.listener.held(held);
            lease = number;
            isBeginning.set(false);
        });
    }
}
