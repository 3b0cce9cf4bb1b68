package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The members of one channel, and the changes not yet written to its shadow. Used only by [Presence]'s owner.
final class ChannelMembers {
    /// Changes in a batch, which readers get at once and which delays other appends.
    static final int BATCH_MAX = 1_000;

    /// Time from the start of one batch to the start of the next.
    static final long BATCH_EVERY_MS = 1_000;

    final ChannelName channel;
    final ChannelName shadow;
    private final Map<String, MemberState> members = new LinkedHashMap<>();

    /// Members whose state differs from the shadow, in the order of their changes.
    private final LinkedHashSet<MemberState> changed = new LinkedHashSet<>();

    private List<MemberState> inFlight = List.of();

    /// The log's head before the batch in flight; null if none is in flight.
    private @Nullable Cursor before;

    private long nextBatchMs = Long.MIN_VALUE;

    ChannelMembers(ChannelName channel) {
        this.channel = channel;
        this.shadow = Shadow.of(channel);
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
    /// @return whether the member was removed, as it is neither present nor written
    boolean settle(MemberState member) {
        if (member.isBeingWritten) return false; // Settled when its write is done.
        if (member.isPresent == member.isWritten) changed.remove(member);
        else changed.add(member);
        return !member.isPresent && !member.isWritten && members.remove(member.client, member);
    }

    /// Takes the oldest changes as the next batch.
    ///
    /// @param head the log's head before this batch
    List<Publication> next(Cursor head, long nowMs) {
        inFlight = changed.stream().limit(BATCH_MAX).toList();
        before = head;
        nextBatchMs = nowMs + BATCH_EVERY_MS;
        List<Publication> batch = new ArrayList<>(inFlight.size());
        for (MemberState member : inFlight) {
            changed.remove(member);
            member.isBeingWritten = true;
            batch.add(member.isPresent ? Shadow.join(shadow, member.client) : Shadow.leave(shadow, member.client));
        }
        return batch;
    }

    /// Ends the batch in flight.
    ///
    /// @param isPlaced whether the log took it
    /// @param timeMs   the time that the log gave to it
    /// @return the members in the batch, to be settled
    List<MemberState> done(boolean isPlaced, long timeMs) {
        List<MemberState> done = inFlight;
        inFlight = List.of();
        before = null;
        for (MemberState member : done) {
            member.isBeingWritten = false;
            if (!isPlaced) continue;
            member.isWritten = !member.isWritten;
            if (member.isWritten) member.timeMs = timeMs;
        }
        return done;
    }

    /// The members according to the shadow. A batch in flight may or may not be in the log: the list is from
    /// before it.
    Members list(Cursor head) {
        List<Members.Member> written = members.values().stream()
                .filter(member -> member.isWritten)
                .map(member -> new Members.Member(member.client, member.timeMs))
                .toList();
        return new Members(channel, written, before == null ? head : before);
    }
}
