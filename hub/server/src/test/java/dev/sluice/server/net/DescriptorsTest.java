package dev.sluice.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/// Sockets never take the file descriptors that the log needs.
final class DescriptorsTest {
    @Test
    void reservesDescriptorsForTheLog() {
        int sockets = new Descriptors(1_024, 60).sockets(140);
        assertThat(sockets).isLessThanOrEqualTo(1_024 - 60 - 140).isGreaterThan(800);
    }

    @Test
    void allowsAFewConnectionsHoweverLowTheLimit() {
        assertThat(new Descriptors(64, 60).sockets(32)).isEqualTo(8);
    }

    @Test
    void readsTheLimitOfThisProcess() {
        Descriptors now = Descriptors.ofProcess();
        assertThat(now.max()).isGreaterThan(now.open());
    }

    @Test
    void closesConnectionsBeyondTheLimitAtOnce() {
        AcceptLimit limit = new AcceptLimit(1);
        EmbeddedChannel listener = new EmbeddedChannel(limit);
        EmbeddedChannel first = new EmbeddedChannel();
        EmbeddedChannel second = new EmbeddedChannel();
        EmbeddedChannel third = new EmbeddedChannel();
        listener.writeInbound(first, second);
        assertThat(listener.inboundMessages()).containsExactly(first);
        assertThat(second.isOpen()).isFalse();
        limit.onClosed();
        listener.writeInbound(third);
        assertThat(listener.inboundMessages()).containsExactly(first, third);
        first.close();
        third.close();
        listener.close();
    }
}
