package dev.sluice.server.http;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import java.net.InetAddress;

/// The grant of a client where everybody may do everything. It is made for the first request of a connection, kept in
/// the connection's channel, and used for all its requests from the same address: behind a proxy, a connection has
/// those of several clients. Used on the event loop only.
record OpenGrant(InetAddress client, Grant grant) {
    private static final AttributeKey<OpenGrant> KEPT = AttributeKey.valueOf(OpenGrant.class, "kept");

    /// @param channel a connection, or a stream of one
    static Grant of(Channel channel, InetAddress client) {
        Channel connection = channel instanceof Http2StreamChannel stream ? stream.parent() : channel;
        Attribute<OpenGrant> kept = connection.attr(KEPT);
        OpenGrant last = kept.get();
        if (last != null && last.client.equals(client)) return last.grant;
        Grant grant = Grant.of(new Principal("", client.getHostAddress()), Permissions.ALL);
        kept.set(new OpenGrant(client, grant));
        return grant;
    }
}
