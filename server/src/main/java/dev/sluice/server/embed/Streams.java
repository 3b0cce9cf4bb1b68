package dev.sluice.server.embed;

import dev.sluice.Handler;
import dev.sluice.SseStream;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.ConnectionFailure;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Stopping;
import dev.sluice.server.transport.HttpStream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/// Answers with a program's stream of events.
record Streams(Surroundings surroundings, Handler<SseStream> handler) implements Target {
    @Override
    public void handle(Exchange exchange, List<String> stars) {
        Answer head = Answer.empty(HttpResponseStatus.OK)
                .with(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                .with(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                .with("X-Accel-Buffering", "no"); // Else nginx holds events back.
        // What every example of SSE says. The line ends with the stream all the same, as it may at any time
        // (RFC 9112 §9.5); in HTTP/1.0 that is how the client finds the end, so there nothing may be promised.
        if (!exchange.request().isHttp10()) head.with(HttpHeaderNames.CONNECTION, "keep-alive");
        if (exchange.request().method().equals(HttpMethod.HEAD)) {
            exchange.answer(head);
            return;
        }
        Asked request = Asked.of(exchange, stars, new byte[0]);
        Channel channel = exchange.takeOver(head).channel();
        String name = "sluice sse " + Problems.bare(request.path());
        Session session = new Session(channel, surroundings.threads(), name, surroundings.sendTimeout());
        Stream stream = new Stream(session, request, HttpStream.framing(exchange));
        channel.pipeline().addLast(new Watch(session, stream));
        session.begin(() -> handler.handle(stream), stream::returned);
    }

    /// Notices that the client leaves, or that the server stops. What comes up a one-way stream is dropped.
    private static final class Watch extends ChannelInboundHandlerAdapter {
        private final Session session;
        private final Stream stream;

        Watch(Session session, Stream stream) {
            this.session = session;
            this.stream = stream;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            session.left();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Stopping) stream.close();
        }

        /// The line broke: that is the client's leaving, however it came about.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ConnectionFailure.log(cause);
            context.close();
        }
    }
}
