package dev.sluice.server.http;

import dev.sluice.server.net.StreamLimit;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;

/// Sets up the pipeline of new HTTP/2 connections, and of each of their streams. One instance is shared by all of them.
final class Http2Initializer extends ChannelInitializer<Channel> {
    private final HttpSettings settings;
    private final OriginPolicy policy;
    private final Route route;
    private final Sender sender;
    private final Http2Budget budget;
    private final boolean isSingleRequest;

    Http2Initializer(
            HttpSettings settings,
            OriginPolicy policy,
            Route route,
            Sender sender,
            Http2Budget budget,
            boolean isSingleRequest) {
        this.settings = settings;
        this.policy = policy;
        this.route = route;
        this.sender = sender;
        this.budget = budget;
        this.isSingleRequest = isSingleRequest;
    }

    @Override
    protected void initChannel(Channel channel) {
        Http2FrameCodec codec = Http2CodecBuilder.build(settings);
        var connection = new MultiplexedConnection(channel, settings, codec, isSingleRequest);
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
            StreamLimit limit = budget.streams();
            boolean isAdmitted = limit.admits();
            if (isAdmitted) stream.closeFuture().addListener(_ -> limit.onClosed());
            Route target = isAdmitted ? route : budget.full();
            stream.pipeline()
                    .addLast(new MultiplexedStream(
                            connection,
                            settings,
                            sender,
                            policy,
                            target,
                            budget.inFlight().holder()));
        }
    }
}
