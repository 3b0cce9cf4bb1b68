package dev.sluice.server.net.outlet;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.StreamByteDistributor;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.AttributeKey;

/// The bytes of the streams of an HTTP/2 connection that its client has not accepted. Netty reports the bytes that
/// wait for a window to the distributor alone, which is therefore this one. It shares the connection evenly among
/// the streams, because priorities are deprecated (RFC 9113 §5.3), and maintaining a tree of them is work that
/// clients control.
public final class StreamProgress implements StreamByteDistributor {
    private static final AttributeKey<StreamProgress> OF_CONNECTION =
            AttributeKey.valueOf(StreamProgress.class, "connection");

    private final Http2Connection streams;
    private final Http2Connection.PropertyKey state;
    private final UniformStreamByteDistributor evenly;

    /// @param channel the channel of the connection
    public StreamProgress(Channel channel, Http2Connection streams) {
        this.streams = streams;
        this.state = streams.newKey();
        this.evenly = new UniformStreamByteDistributor(streams);
        channel.attr(OF_CONNECTION).set(this);
    }

    /// The progress of a stream: two equal values show that the client has accepted nothing in between. While the
    /// windows are open, bytes wait with those of other streams for the kernel. Called on the event loop of the
    /// stream.
    public static Object of(Channel stream) {
        long waiting = waitingBytes(stream);
        return waiting > 0 ? waiting : PendingWrites.of(stream.parent());
    }

    /// The bytes of a stream that wait for its window or that of the connection. Called on the event loop of the
    /// stream.
    static long waitingBytes(Channel stream) {
        StreamProgress connection = stream.parent().attr(OF_CONNECTION).get();
        Http2Stream open =
                connection.streams.stream(((Http2StreamChannel) stream).stream().id());
        StreamState known = open == null ? null : open.getProperty(connection.state);
        return known == null || connection.isOpen(known) ? 0 : known.pendingBytes();
    }

    private boolean isOpen(StreamState stream) {
        int window = streams.remote().flowController().windowSize(streams.connectionStream());
        return Math.min(window, stream.windowSize()) > 0;
    }

    @Override
    public void updateStreamableBytes(StreamState changed) {
        changed.stream().setProperty(state, changed);
        evenly.updateStreamableBytes(changed);
    }

    @Override
    public void updateDependencyTree(int stream, int parent, short weight, boolean isExclusive) {
        evenly.updateDependencyTree(stream, parent, weight, isExclusive);
    }

    @Override
    public boolean distribute(int bytesMax, Writer writer) throws Http2Exception {
        return evenly.distribute(bytesMax, writer);
    }
}
