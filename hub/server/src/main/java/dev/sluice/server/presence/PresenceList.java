package dev.sluice.server.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.presence.Members;
import dev.sluice.core.presence.Presence;
import dev.sluice.core.presence.PresenceChannel;
import dev.sluice.server.http.ByteBufferSource;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.ChannelNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import java.nio.ByteBuffer;
import java.util.Set;

/// `GET /presence/{name}`: a channel's members, and the cursor from which to follow changes. A long list counts towards
/// the budget for answers until its client has received it.
public final class PresenceList implements Route {
    /// A list that is sent as a whole, compressed if its client accepts that, and not counted.
    private static final int WHOLE_MEMBERS_MAX = 512;

    private static final byte[] NOTHING = new byte[0];

    private final Presence presence;
    private final InFlightBytes unread;

    /// @param unread the budget for answers
    public PresenceList(Presence presence, InFlightBytes unread) {
        this.presence = presence;
        this.unread = unread;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.request().parameters().allow(Set.of());
        presence.members(exchange.grant(), channel(exchange.request().path().after(1), "path"))
                .whenComplete((members, failure) -> exchange.run(() -> {
                    if (failure == null) new Answer(exchange, members).encode();
                    else exchange.refuse(stopping());
                }));
    }

    public static Problem stopping() {
        return Problems.NOT_READY.of("The hub is stopping. Try again in a moment.");
    }

    /// Parses the name of a channel that can have members.
    ///
    /// @param field the field that holds the name, for the refusal
    /// @throws dev.sluice.server.http.head.ProblemException if the name is invalid or the channel can't have
    ///     members
    public static ChannelName channel(String name, String field) {
        ChannelName channel = ChannelNames.of(name, field);
        try {
            PresenceChannel.of(channel);
        } catch (IllegalArgumentException none) {
            throw Problems.BAD_NAME.refused(
                    field, "The channel " + Problems.quoted(name) + ": " + none.getMessage() + ".");
        }
        return channel;
    }

    private final class Answer {
        private final Exchange exchange;
        private final Members members;
        private final InFlightBytes.EvictableHolder budget;
        private final ByteBuilder out = new ByteBuilder();
        private final MemberListEncoder array;

        Answer(Exchange exchange, Members members) {
            this.exchange = exchange;
            this.members = members;
            // Once part of an answer is sent, no refusal can follow it: the connection is closed.
            this.budget = unread.holder(exchange.loop(), exchange::abort);
            out.text("{\"channel\":\"")
                    .text(Json.escaped(members.channel().value()))
                    .text("\",\"members\":");
            this.array = new MemberListEncoder(members.members(), unread, budget, out);
            exchange.closed(budget::giveBackAll);
        }

        /// Encodes the list in steps; other tasks of the event loop run between two of them.
        void encode() {
            boolean isComplete;
            try {
                isComplete = array.encodeSome();
            } catch (RuntimeException refused) {
                budget.giveBackAll();
                throw refused;
            }
            if (!isComplete) exchange.loop().execute(() -> exchange.run(this::encode));
            else send();
        }

        private void send() {
            out.text(",\"cursor\":\"").text(members.at().text()).text("\"}\n");
            ServerResponse head = ServerResponse.json(Status.OK, NOTHING)
                    .with("Sluice-Cursor", members.at().text());
            if (members.members().size() <= WHOLE_MEMBERS_MAX) {
                budget.giveBackAll();
                exchange.answer(head.withBody(out.toByteArray()).compressible());
            } else {
                budget.await();
                ByteBuffer body = ByteBuffer.wrap(out.array(), 0, out.size());
                exchange.answer(head, new ByteBufferSource(body, budget::moved, budget::giveBackAll));
            }
        }
    }
}
