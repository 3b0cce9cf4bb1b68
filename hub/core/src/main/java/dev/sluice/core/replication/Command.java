package dev.sluice.core.replication;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.sequencer.Sequencer;
import dev.sluice.core.sequencer.Sequencer.ForgetProgress;
import dev.sluice.core.sequencer.Sequencer.RulesProgress;
import java.util.List;

/// A change of the log that all nodes receive. Its outcome follows from the log before it and from its time
/// alone.
///
/// @param <T> its outcome
public sealed interface Command<T>
        permits Command.Append,
                Command.AppendAll,
                Command.Delete,
                Command.Forget,
                Command.ForgetKey,
                Command.ForgetKeyFurther,
                Command.Maintain,
                Command.ChangeRules,
                Command.FollowRules,
                MemberLeaseCommand {
    /// Replaces a command that was withdrawn. It is an empty batch, so that the format of proposals needs no new
    /// kind.
    Command<?> NOTHING = new AppendAll(List.of());

    /// Decides the command. Call [Sequencer#apply] before the outcome is acknowledged.
    ///
    /// @param holds the holds of members, which only a [MemberLeaseCommand] changes
    T decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs);

    /// Publishes one event, the end of a channel, or both.
    record Append(Publication publication) implements Command<AppendResult> {
        @Override
        public AppendResult decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return sequencer.append(publication, nowMs);
        }
    }

    /// Publishes all in order, or none.
    record AppendAll(List<Publication> publications) implements Command<AppendResult.Batch> {
        public AppendAll {
            publications = List.copyOf(publications);
        }

        @Override
        public AppendResult.Batch decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return sequencer.appendAll(publications, nowMs);
        }
    }

    /// Deletes a channel.
    record Delete(ChannelName channel) implements Command<Boolean> {
        @Override
        public Boolean decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return sequencer.delete(channel, nowMs);
        }
    }

    /// Erases the data of one event.
    record Forget(ChannelName channel, Cursor id) implements Command<Boolean> {
        @Override
        public Boolean decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return sequencer.forget(channel, id);
        }
    }

    /// Erases the first slice of the data of all events of a key.
    record ForgetKey(ChannelName channel, String key) implements Command<ForgetProgress> {
        @Override
        public ForgetProgress decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return sequencer.forgetKey(channel, key);
        }
    }

    /// Erases the next slice of the data of all events of a key.
    ///
    /// @param progress not done
    record ForgetKeyFurther(ChannelName channel, String key, ForgetProgress progress)
            implements Command<ForgetProgress> {
        @Override
        public ForgetProgress decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return sequencer.forgetKey(channel, key, progress);
        }
    }

    /// Drops what is too old, at most about `max` entries. The outcome is true if there may be more.
    record Maintain(int max) implements Command<Boolean> {
        @Override
        public Boolean decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return sequencer.maintain(nowMs, max);
        }
    }

    /// Replaces the retention rules of all channels. Entries beyond them are dropped later.
    record ChangeRules(RetentionRules rules) implements Command<RulesProgress> {
        @Override
        public RulesProgress decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return sequencer.adoptRules(rules);
        }
    }

    /// Drops what the rules of the next channels do not cover.
    ///
    /// @param progress not done
    record FollowRules(RulesProgress progress) implements Command<RulesProgress> {
        @Override
        public RulesProgress decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return sequencer.followRules(progress, nowMs);
        }
    }
}
