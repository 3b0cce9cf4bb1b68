package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.peers.Member;
import dev.sluice.core.cluster.NodeAddress;
import java.nio.file.Path;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.retry.RetryPolicy;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RaftSettingsTest {
    /// Otherwise a node that has been away asks for elections when it is back, as no heartbeat reaches it in time.
    @ParameterizedTest
    @ValueSource(ints = {11, 31, 1_000, 100_000_000})
    void theLeaderTriesANodeThatIsAwayAgainBeforeTheShortestElectionTimeout(int failed) {
        var self = new Member(1, new NodeAddress("127.0.0.1", 9_420), true);
        RaftProperties settings = RaftSettings.of(Path.of("unused"), self);
        var policy = RetryPolicy.parse(RaftServerConfigKeys.Log.Appender.retryPolicy(settings));
        TimeDuration pause = policy.handleAttemptFailure(() -> failed).getSleepTime();
        assertThat(pause).isGreaterThan(TimeDuration.ZERO).isLessThan(RaftServerConfigKeys.Rpc.timeoutMin(settings));
    }
}
