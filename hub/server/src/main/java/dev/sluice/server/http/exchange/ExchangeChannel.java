package dev.sluice.server.http.exchange;

import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.net.outlet.UpgradeHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The channel of an exchange to its client: an HTTP/1.1 connection, or an HTTP/2 stream. It writes the answer
/// with the framing of its version, and owns the exchange until the exchange is finished. Used on its event loop
/// only.
public interface ExchangeChannel {
    /// The connection, or the stream.
    Channel channel();

    /// The grant of the connection's clients on a hub without access rules.
    OpenGrant openGrant();

    /// The exchange in progress; null if no exchange is in progress.
    @Nullable
    HttpExchange exchange();

    /// Returns true if all earlier requests are answered. Otherwise the answer of this one has to wait.
    boolean isInTurn(HttpExchange exchange);

    /// Returns true if the client or the server has decided that the connection ends after this request.
    boolean endsAfter(RequestHead request);

    /// The framing of an endless body.
    BodyFraming framing(RequestHead request);

    /// Caches the values derived from a head for later requests with the same head. HTTP/2 streams cache
    /// nothing.
    default void keep(PreparedRequest now) {}

    // --- the answer

    void sendContinue();

    /// Writes a complete answer.
    ///
    /// @param keepsAlive whether another request may follow
    ChannelFuture whole(RequestHead request, ServerResponse answer, boolean keepsAlive);

    /// Writes the head of an answer whose body of `bytes` bytes follows in [pieces][#piece].
    void begin(RequestHead request, ServerResponse head, long bytes, boolean keepsAlive);

    ChannelFuture piece(ByteBuf bytes, boolean isLast);

    /// Returns true if all that is written is copied at once. An HTTP/2 stream copies no more than its client's
    /// window admits and the kernel takes.
    default boolean copiesUnread() {
        return false;
    }

    /// Writes a head and leaves the rest to an outlet.
    Outlet stream(RequestHead request, ServerResponse head, StreamListener listener);

    /// Writes the head of a `101` and leaves the rest to an outlet.
    <H extends UpgradeHandler> H upgrade(RequestHead request, ServerResponse head, Function<? super Outlet, H> handler);

    /// The progress of what was written: two equal values in a row mean that the client has read nothing in
    /// between.
    Object writeProgress();

    // --- the request's body

    /// Returns true if the client has closed its half of the connection while it waits for answers.
    default boolean isInputEnded() {
        return false;
    }

    /// Processes the messages that have arrived, until all are processed or the exchange has to wait.
    void advance();

    /// Calls [#advance] after the caller has returned.
    void advanceLater();

    /// Starts or stops reading, and enters the phase of the exchange.
    void updateReadInterest();

    // --- the end of the exchange

    /// Called when the answer has been written and the request's body is consumed.
    void finished();

    /// Called when the answer has been written, and the rest of the request will not be read.
    void end();

    /// Cuts the answer, so that the client notices that it is not complete.
    void abort();
}
