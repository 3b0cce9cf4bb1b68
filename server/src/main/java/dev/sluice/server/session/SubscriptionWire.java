package dev.sluice.server.session;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Ending;
import dev.sluice.core.delivery.Session;
import dev.sluice.core.delivery.Wire;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.core.presence.Membership;
import dev.sluice.server.http.Problem;
import dev.sluice.server.presence.Attending;
import dev.sluice.server.transport.Refusals;
import org.jspecify.annotations.Nullable;

/// How one subscription of a session says things: under its `ref`.
final class SubscriptionWire implements Wire, Session.Opening {
    private final Spelling spelling;
    private final String ref;
    private final byte[] lead;
    private final Attending attending;
    private @Nullable Membership membership;

    /// @param ref       as JSON
    /// @param attending whom it makes a member of its channels
    SubscriptionWire(Spelling spelling, String ref, Attending attending) {
        this.spelling = spelling;
        this.ref = ref;
        this.attending = attending;
        this.lead = spelling.lead(Reply.lead(ref));
    }

    @Override
    public int form() {
        return spelling.form();
    }

    @Override
    public byte[] lead() {
        return lead;
    }

    @Override
    public void event(Event event, Bytes out) {
        spelling.rest(event, out);
    }

    @Override
    public byte[] begins(Cursor at, @Nullable Gap gap) {
        membership = attending.begin();
        byte[] begins = spelling.message(Reply.begins(ref, at));
        return gap == null ? begins : Bytes.both(begins, gap(gap));
    }

    @Override
    public byte[] ended(Cursor at) {
        return Bytes.both(spelling.message(Reply.begins(ref, at)), spelling.message(Reply.complete(ref)));
    }

    @Override
    public byte[] missing(Gap gap) {
        return error(Refusals.gap(gap).problem());
    }

    @Override
    public byte[] unavailable(String why) {
        return error(Refusals.unavailable(why).problem());
    }

    @Override
    public byte[] tooFar(String why) {
        return error(Refusals.tooFar(why).problem());
    }

    @Override
    public void over() {
        if (membership != null) membership.close();
    }

    @Override
    public byte[] gap(Gap gap) {
        return spelling.message(Reply.gap(ref, gap));
    }

    /// The session's own speaks for all.
    @Override
    public byte @Nullable [] heartbeat(Cursor at, Lag behind) {
        return null;
    }

    @Override
    public byte[] closed(ChannelName channel, Cursor at) {
        return spelling.message(Reply.closed(ref, channel, at));
    }

    @Override
    public byte @Nullable [] end(Ending ending) {
        return switch (ending) {
            case Ending.Complete _ -> spelling.message(Reply.complete(ref));
            case Ending.ByClient _ -> spelling.message(Reply.ok(ref));
            case Ending.Stopping _ -> new byte[0]; // The session says so once for all.
            case Ending.Missing _, Ending.TooFarBehind _, Ending.Unavailable _ -> {
                Problem problem = Refusals.of(ending);
                yield problem == null ? null : error(problem);
            }
        };
    }

    private byte[] error(Problem problem) {
        return spelling.message(Reply.error(ref, problem));
    }
}
