package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.AppendContract;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChangeContract;
import dev.sluice.core.log.ChannelContract;
import dev.sluice.core.log.ConditionContract;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.DeleteContract;
import dev.sluice.core.log.GapContract;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.replication.Order;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// The tests of the log contract that need few publishes, because each publish takes milliseconds here, one
/// after the other. [RatisLogContractTest] runs the whole contract.
final class RatisLogTest extends RatisLogSubject
        implements AppendContract, ChangeContract, ChannelContract, ConditionContract, DeleteContract, GapContract {
    /// Raft would depose a leader that is given an entry that is too large.
    @Test
    void placesTheLargestProposalAndRefusesALargerPublishAtOnce() {
        try (Log log = open(Retention.ALL, InstantSource.system())) {
            assertThat(TestLog.get(publish(log, Order.PROPOSAL_BYTES_MAX - 100)))
                    .isInstanceOf(AppendResult.Placed.class);
            assertThat(publish(log, 17 << 20).toCompletableFuture().exceptionNow())
                    .isInstanceOf(NotPublishedException.class);
            assertThat(TestLog.get(publish(log, 1))).isInstanceOf(AppendResult.Placed.class);
        }
    }

    private static CompletionStage<AppendResult> publish(Log log, int bytes) {
        var draft = Draft.event(new ChannelName("a"), EventType.MESSAGE, Contents.text("x".repeat(bytes)));
        return log.append(new Publication(draft, Conditions.NONE));
    }
}
