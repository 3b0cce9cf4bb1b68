package dev.sluice.server.net.outlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.ProblemPage;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.exchange.PriorKnowledge;
import dev.sluice.server.http.h1.HttpInitializer;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.http.policy.OriginSettings;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SlowDrainTest {
    private int reads;

    /// A socket, which may be closed for writing only.
    private static final class Socket extends EmbeddedChannel implements DuplexChannel {
        private boolean isOutputShutdown;

        @Override
        public boolean isInputShutdown() {
            return false;
        }

        @Override
        public boolean isOutputShutdown() {
            return isOutputShutdown;
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public ChannelFuture shutdownOutput() {
            isOutputShutdown = true;
            return newSucceededFuture();
        }

        @Override
        public ChannelFuture shutdownOutput(ChannelPromise promise) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChannelFuture shutdownInput() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChannelFuture shutdownInput(ChannelPromise promise) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChannelFuture shutdown() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChannelFuture shutdown(ChannelPromise promise) {
            throw new UnsupportedOperationException();
        }
    }

    private static void assertDrainsSlowly(Socket socket) {
        assertThat(socket.isOutputShutdown()).isTrue();
        assertThat(socket.config().isAutoRead()).as("at full speed").isFalse();
        socket.advanceTimeBy(20, TimeUnit.MILLISECONDS);
        assertThat(socket.hasPendingTasks()).as("reads now and then").isTrue();
        socket.finishAndReleaseAll();
    }

    @Test
    void followsTheLastAnswerOfAConnection() {
        Socket socket = new Socket();
        socket.freezeTime();
        socket.pipeline()
                .addLast(new HttpInitializer(
                        HttpSettings.DEFAULTS,
                        new OriginPolicy(OriginSettings.LOOPBACK),
                        exchange -> exchange.answer(ServerResponse.text(Status.OK, "fine")),
                        PriorKnowledge.budget(),
                        InstantSource.system(),
                        ResponseListener.NONE,
                        ProblemPage.NONE));
        String last = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        socket.writeInbound(Unpooled.copiedBuffer(last, StandardCharsets.US_ASCII));
        socket.runPendingTasks();
        assertDrainsSlowly(socket);
    }

    @Test
    void followsAGracefulClose() {
        Socket socket = new Socket();
        socket.freezeTime();
        socket.write(Unpooled.wrappedBuffer(new byte[] {1}));
        GracefulClose.afterWrites(socket, Duration.ofSeconds(5));
        assertDrainsSlowly(socket);
    }

    @Test
    void readsFiftyTimesASecondUntilTheConnectionCloses() {
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
        for (int i = 0; i < 1_000; i++) { // In small steps: what is due again at once would be run once in each.
            channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
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
