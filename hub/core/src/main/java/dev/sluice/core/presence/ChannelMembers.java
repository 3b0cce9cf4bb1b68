package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The members of one channel, and the changes of this server's holds not yet written. Used only by [Presence]'s
/// owner.
final class ChannelMembers {
    /// The maximum number of changes in a batch, which readers receive at once and which delays other appends.
    static final int BATCH_MAX = 1_000;

    /// The time from the start of one batch to the start of the next.
    static final long BATCH_EVERY_MS = 1_000;

    final ChannelName channel;
    private final LinkedHashMap<String, MemberState> members = new LinkedHashMap<>();

    /// Members whose presence here differs from their hold, in the order of these changes.
    private final LinkedHashSet<MemberState> changed = new LinkedHashSet<>();

    private List<MemberState> inFlight = List.of();

    /// The log's head before the batch in flight; null if no batch is in flight.
    private @Nullable Cursor before;

    /// Whether [#hold] replaced the held members since the batch began, so that the batch's outcome no longer
    /// counts.
    private boolean isOutdated;

    private long nextBatchMs = Long.MIN_VALUE;

    ChannelMembers(ChannelName channel) {
        this.channel = channel;
    }

    @Nullable
    MemberState find(String client) {
        return members.get(client);
    }

    MemberState add(String client) {
        MemberState member = new MemberState(this, client);
        members.put(client, member);
        return member;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    boolean hasChanges() {
        return !changed.isEmpty();
    }

    /// Whether a batch may be written now.
    boolean mayWrite(long nowMs) {
        return before == null && nowMs >= nextBatchMs;
    }

    /// Updates the pending changes after a member's state changed.
    ///
    /// @return true if the member was removed, because nothing needs it any more
    boolean settle(MemberState member) {
        if (member.isBeingWritten) return false; // Settled when its write is done.
        if (member.isPresent == member.isHeld) changed.remove(member);
        else changed.add(member);
        return !member.isNeeded() && members.remove(member.client, member);
    }

    /// Takes the oldest changes as the next batch.
    ///
    /// @param head the log's head before this batch
    List<MemberLeases.Change> next(Cursor head, long nowMs) {
        inFlight = changed.stream().limit(BATCH_MAX).toList();
        before = head;
        isOutdated = false;
        nextBatchMs = nowMs + BATCH_EVERY_MS;
        List<MemberLeases.Change> batch = new ArrayList<>(inFlight.size());
        for (MemberState member : inFlight) {
            changed.remove(member);
            member.isBeingWritten = true;
            batch.add(new MemberLeases.Change(member.client, member.isPresent));
        }
        return batch;
    }

    /// Ends the batch in flight.
    ///
    /// @param placed its outcome; null if it changed nothing
    /// @return the members in the batch, which the caller must settle
    List<MemberState> done(MemberLeases.Outcome.@Nullable Placed placed) {
        List<MemberState> done = inFlight;
        inFlight = List.of();
        before = null;
        for (MemberState member : done) {
            member.isBeingWritten = false;
            if (placed == null || isOutdated || placed.leftOut().contains(member.client)) continue;
            member.isHeld = !member.isHeld;
            if (!placed.isListed()) continue;
            member.isListed = member.isHeld;
            if (member.isListed) member.timeMs = placed.timeMs();
        }
        return done;
    }

    /// Adds a member to the end of the list.
    void list(MemberState member, long timeMs) {
        member.isListed = true;
        member.timeMs = timeMs;
        members.putLast(member.client, member);
    }

    /// Takes over the clients that this server holds according to the log. They include the effect of the batch in
    /// flight.
    ///
    /// @return the members, which the caller must settle
    List<MemberState> hold(Set<String> held) {
        isOutdated = before != null;
        for (MemberState member : members.values()) member.isHeld = held.contains(member.client);
        return List.copyOf(members.values());
    }

    @Nullable
    Cursor before() {
        return before;
    }

    /// The members according to the shadow up to a cursor.
    Members list(Cursor at) {
        List<Members.Member> listed = members.values().stream()
                .filter(member -> member.isListed)
                .map(member -> new Members.Member(member.client, member.timeMs))
                .toList();
        return new Members(channel, listed, at);
    }
}
