package dev.sluice.server.http.h2;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.exchange.ErrorLinger;
import dev.sluice.server.http.exchange.HttpBudget;
import dev.sluice.server.http.exchange.HttpService;
import dev.sluice.server.net.OpenLimit;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;

/// Sets up the pipeline of new HTTP/2 connections, and of each of their streams. All connections share one
/// instance.
public final class Http2Initializer extends ChannelInitializer<Channel> {
    private final HttpService service;
    private final HttpService full;
    private final HttpBudget budget;

    public Http2Initializer(HttpService service, HttpBudget budget) {
        this.service = service;
        this.full = service.to(budget.full());
        this.budget = budget;
    }

    @Override
    public void initChannel(Channel channel) {
        HttpSettings settings = service.settings();
        Http2FrameCodec codec = Http2CodecBuilder.build(channel, settings);
        var connection = new MultiplexedConnection(
                channel, settings, codec, budget.unsent().room(channel.eventLoop()), service.isSingleRequest());
        channel.pipeline()
                .addLast(
                        new ErrorLinger(connection::isFailed, settings.lingerTime()),
                        codec,
                        new Http2MultiplexHandler(new StreamInitializer(connection)),
                        connection);
    }

    private final class StreamInitializer extends ChannelInitializer<Channel> {
        private final MultiplexedConnection connection;

        StreamInitializer(MultiplexedConnection connection) {
            this.connection = connection;
        }

        @Override
        protected void initChannel(Channel stream) {
            connection.opened(stream);
            OpenLimit limit = budget.streams();
            boolean isAdmitted = limit.admits();
            if (isAdmitted) stream.closeFuture().addListener(_ -> limit.onClosed());
            stream.pipeline()
                    .addLast(new MultiplexedStream(connection, isAdmitted ? service : full, budget.inFlight()));
        }
    }
}
