package dev.sluice.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.exchange.FixedResponse;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.net.address.AddressAdmission;
import dev.sluice.server.net.address.ProxyGate;
import dev.sluice.server.net.address.TrustedProxies;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
    private static final Listener LISTENER = new Listener("127.0.0.1", 0, Listener.Role.PUBLIC);

    /// Writes nothing before the client has sent its part, as TLS does.
    private static final class Handshake extends ChannelDuplexHandler {
        private Runnable held = () -> {};

        @Override
        public void write(ChannelHandlerContext context, Object bytes, ChannelPromise written) {
            held = () -> context.writeAndFlush(bytes, written);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            ReferenceCountUtil.release(bytes);
            held.run();
        }
    }

    private static Connections connections(int max) {
        FixedResponse flood =
                new FixedResponse(Problems.FULL.of("Try again."), HttpSettings.DEFAULTS, ResponseListener.NONE);
        return new Connections(
                max,
                max,
                new ChannelInboundHandlerAdapter(),
                flood,
                AddressAdmission.ALL,
                new ChannelInboundHandlerAdapter(),
                new ProxyGate(TrustedProxies.NONE, Duration.ZERO));
    }

    @Test
    void closesAConnectionThatIsRegisteredAfterAllOthersWereClosed() {
        Connections stopped = connections(100);
        stopped.close(Duration.ZERO);
        EmbeddedChannel late =
                new EmbeddedChannel(stopped.admission(new ChannelInboundHandlerAdapter(), LISTENER, null));
        assertThat(late.isOpen()).isFalse();
        assertThat(stopped.size()).isZero();
    }

    @Test
    void answersAFullHubAfterTheHandshake() {
        Connections none = connections(0);
        EmbeddedChannel channel = new EmbeddedChannel(
                new Handshake(), none.admission(new ChannelInboundHandlerAdapter(), LISTENER, null));
        assertThat(channel.outboundMessages()).isEmpty();

        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {1}));

        ByteBuf answer = channel.readOutbound();
        assertThat(answer.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 503 ");
        answer.release();
        assertThat(channel.isActive()).isFalse();
    }
}
