package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SlowDrainTest {
    private int reads;

    @Test
    void readsFiftyTimesASecondUntilTheEnd() {
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext context) {
                reads++;
                context.read();
            }
        });
        channel.freezeTime();
        reads = 0;
        SlowDrain.begin(channel);
        for (int i = 0; i < 50; i++) {
            channel.advanceTimeBy(20, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
        assertThat(reads).isEqualTo(51);
        channel.close();
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(reads).isEqualTo(51);
        assertThat(channel.hasPendingTasks()).isFalse();
    }
}
