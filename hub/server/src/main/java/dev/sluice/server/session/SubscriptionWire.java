package dev.sluice.server.session;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Session;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.core.presence.Membership;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.transport.Rejections;
import org.jspecify.annotations.Nullable;

/// Encodes the messages of one subscription of a session, with its `ref`.
final class SubscriptionWire implements Wire, Session.SubscribeReplies {
    private final SessionCodec codec;
    private final String ref;
    private final byte[] prefix;
    private final SubscribeRequest request;
    private @Nullable Membership membership;

    /// @param ref as JSON
    SubscriptionWire(SessionCodec codec, String ref, SubscribeRequest request) {
        this.codec = codec;
        this.ref = ref;
        this.request = request;
        this.prefix = codec.prefix(ServerMessage.eventPrefix(ref));
    }

    @Override
    public int formatId() {
        return codec.formatId();
    }

    @Override
    public byte[] prefix() {
        return prefix;
    }

    @Override
    public void event(Event event, ByteBuilder out) {
        codec.envelope(event, out);
    }

    @Override
    public byte[] begins(Cursor at, @Nullable Gap gap) {
        membership = request.join().begin();
        byte[] begins = codec.message(ServerMessage.begins(ref, at));
        return gap == null ? begins : ByteBuilder.concat(begins, gap(gap));
    }

    @Override
    public byte[] ended(Cursor at) {
        return ByteBuilder.concat(
                codec.message(ServerMessage.begins(ref, at)), codec.message(ServerMessage.complete(ref)));
    }

    @Override
    public byte[] refused(Rejection refusal) {
        return error(Rejections.of(refusal));
    }

    @Override
    public void onEnd() {
        if (membership != null) membership.close();
    }

    @Override
    public boolean permits(Grant renewed) {
        return request.permitsJoin(renewed);
    }

    @Override
    public byte[] gap(Gap gap) {
        return codec.message(ServerMessage.gap(ref, gap));
    }

    /// The session sends one heartbeat for all its subscriptions.
    @Override
    public byte @Nullable [] heartbeat(Cursor at, Lag behind) {
        return null;
    }

    @Override
    public byte[] closed(ChannelName channel, Cursor at) {
        return codec.message(ServerMessage.closed(ref, channel, at));
    }

    @Override
    public String transport() {
        return codec.transport();
    }

    @Override
    public byte @Nullable [] end(EndReason.Reported reason) {
        return switch (reason) {
            case EndReason.Complete _ -> codec.message(ServerMessage.complete(ref));
            case EndReason.ByClient _ -> codec.message(ServerMessage.ok(ref));
            case EndReason.Reconnect _ -> new byte[0]; // The session reports it once for all subscriptions.
            case EndReason.Missing _, EndReason.TooFarBehind _, EndReason.Unavailable _, EndReason.Dismissal _ -> {
                Problem problem = Rejections.of(reason);
                yield problem == null ? null : error(problem);
            }
        };
    }

    private byte[] error(Problem problem) {
        return codec.message(ServerMessage.error(ref, problem));
    }
}
