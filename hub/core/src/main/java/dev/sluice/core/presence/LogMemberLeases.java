package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The holds of the only server that writes a log: its members are those of the [PresenceChannel]s.
final class LogMemberLeases implements MemberLeases {
    private final Log log;
    private final PresenceListener failures;

    LogMemberLeases(Log log, PresenceListener failures) {
        this.log = log;
        this.failures = failures;
    }

    @Override
    public void open(PresenceSettings settings, Executor owner, Listener listener) {
        Set<MemberKey> held = new HashSet<>();
        PresenceRecovery.recover(
                log,
                member -> {
                    MemberKey key = member.key();
                    listener.listed(key.channel(), key.client(), member.timeMs());
                    held.add(key);
                },
                failures::onUnreadable);
        listener.held(held);
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public CompletionStage<Outcome> write(ChannelName channel, List<Change> changes) {
        ChannelName shadow = PresenceChannel.of(channel);
        List<Publication> batch = new ArrayList<>(changes.size());
        for (Change each : changes) batch.add(PresenceChannel.change(shadow, each.client(), each.isHeld()));
        return log.appendAll(batch).thenApply(outcome -> switch (outcome) {
            // Only presence writes to the shadow: its newest entry is of this batch, and a batch has one time.
            case AppendResult.Batch.All _ ->
                new Outcome.Placed(true, log.channel(shadow).timeMs(), Set.of());
            case AppendResult.Batch.None(int _, AppendResult refusal) -> new Outcome.Refused(refusal);
        });
    }

    /// A write in flight may or may not be in the log, so the cursor is the one before it.
    @Override
    public Cursor listedAt(@Nullable Cursor before) {
        return before == null ? log.head() : before;
    }

    @Override
    public void close() {}
}
