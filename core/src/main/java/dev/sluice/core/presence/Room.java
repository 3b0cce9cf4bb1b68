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

/// The members of one channel, and what of them its shadow does not know yet. Only [Presence]'s owner touches it.
final class Room {
    /// Changes in a batch: what readers get at once, and what one append may hold up others for.
    static final int BATCH_MAX = 1_000;

    /// From the beginning of one batch to that of the next.
    static final long BATCH_EVERY_MS = 1_000;

    final ChannelName channel;
    final ChannelName shadow;
    private final Map<String, Attendance> members = new LinkedHashMap<>();

    /// Those of whom the shadow says something else, in the order in which that came about.
    private final LinkedHashSet<Attendance> changed = new LinkedHashSet<>();

    private List<Attendance> underWay = List.of();

    /// The log's head before what is under way; null: nothing is.
    private @Nullable Cursor before;

    private long restsUntilMs = Long.MIN_VALUE;

    Room(ChannelName channel) {
        this.channel = channel;
        this.shadow = Shadow.of(channel);
    }

    @Nullable
    Attendance find(String client) {
        return members.get(client);
    }

    Attendance add(String client) {
        Attendance who = new Attendance(this, client);
        members.put(client, who);
        return who;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    boolean hasChanges() {
        return !changed.isEmpty();
    }

    /// Whether a batch may go out now.
    boolean mayWrite(long nowMs) {
        return before == null && nowMs >= restsUntilMs;
    }

    /// Takes note of what has become of a member.
    ///
    /// @return whether there is nothing left to know of it
    boolean settle(Attendance who) {
        if (who.isBeingWritten) return false; // Seen to when that is done.
        if (who.isHere == who.isWritten) changed.remove(who);
        else changed.add(who);
        return !who.isHere && !who.isWritten && members.remove(who.client, who);
    }

    /// Takes the oldest changes as the next batch.
    ///
    /// @param head the log's, as it is before this batch
    List<Publication> next(Cursor head, long nowMs) {
        underWay = changed.stream().limit(BATCH_MAX).toList();
        before = head;
        restsUntilMs = nowMs + BATCH_EVERY_MS;
        List<Publication> batch = new ArrayList<>(underWay.size());
        for (Attendance who : underWay) {
            changed.remove(who);
            who.isBeingWritten = true;
            batch.add(who.isHere ? Shadow.comes(shadow, who.client) : Shadow.goes(shadow, who.client));
        }
        return batch;
    }

    /// The batch is in the log, or not.
    ///
    /// @param timeMs that the log gave it
    /// @return those who were in it, to be settled
    List<Attendance> done(boolean isPlaced, long timeMs) {
        List<Attendance> done = underWay;
        underWay = List.of();
        before = null;
        for (Attendance who : done) {
            who.isBeingWritten = false;
            if (!isPlaced) continue;
            who.isWritten = !who.isWritten;
            if (who.isWritten) who.timeMs = timeMs;
        }
        return done;
    }

    /// Those whom the shadow names. What is under way may be in it by now or not: the list is of before.
    Members list(Cursor head) {
        List<Members.Member> here = members.values().stream()
                .filter(who -> who.isWritten)
                .map(who -> new Members.Member(who.client, who.timeMs))
                .toList();
        return new Members(channel, here, before == null ? head : before);
    }
}
