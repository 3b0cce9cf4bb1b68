package dev.sluice.server.session;

import dev.sluice.core.delivery.Speaker;
import dev.sluice.core.presence.Members;
import dev.sluice.core.presence.Presence;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.http.Request;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Stopping;
import dev.sluice.server.presence.PresenceList;
import dev.sluice.server.presence.Reception;
import dev.sluice.server.publish.Body;
import dev.sluice.server.publish.ClientMessages;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.Loops;
import dev.sluice.server.transport.Negotiation;
import dev.sluice.server.transport.ReaderBudget;
import dev.sluice.server.transport.SocketSink;
import dev.sluice.server.transport.SubscribeRequest;
import dev.sluice.server.transport.SubscribeSettings;
import dev.sluice.server.transport.Transport;
import dev.sluice.server.transport.websocket.MessageLimits;
import dev.sluice.server.transport.websocket.WebSocketLines;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/// `GET /session` and `POST /session/{id}`. `docs/protocol.md` §4.
public final class Sessions implements Route {
    private static final String PROTOCOL = "sluice.v1.json";

    private final Loops loops;
    private final ClientMessages messages;
    private final MessageLimits limits;
    private final SubscribeSettings settings;
    private final InstantSource clock;
    private final Reception reception;
    private final ReaderBudget readers;
    private final Presence presence;

    /// Those that are spoken to by requests.
    private final Map<String, Desk> desks = new ConcurrentHashMap<>();

    /// @param messages what is done with what clients publish
    public Sessions(
            Loops loops,
            ClientMessages messages,
            MessageLimits limits,
            SubscribeSettings settings,
            InstantSource clock,
            Reception reception,
            ReaderBudget readers,
            Presence presence) {
        this.loops = loops;
        this.messages = messages;
        this.limits = limits;
        this.settings = settings;
        this.clock = clock;
        this.reception = reception;
        this.readers = readers;
        this.presence = presence;
    }

    ClientMessages messages() {
        return messages;
    }

    int subscriptionsMax() {
        return settings.sessionSubscriptionsMax();
    }

    int patternsMax() {
        return settings.sessionPatternsMax();
    }

    /// @throws dev.sluice.server.http.Refused with a sentence for who wrote the client, or if the hub is full
    SubscribeRequest subscription(Request request, Transport transport) {
        SubscribeRequest asked = SubscribeRequest.parse(request, transport, settings, clock, reception);
        readers.require(asked.subscription().selection());
        return asked;
    }

    /// Who is in a channel.
    ///
    /// @throws dev.sluice.server.http.Refused if it can have no members
    CompletionStage<Members> members(String channel) {
        return presence.members(PresenceList.channel(channel, "channel"));
    }

    void left(String session) {
        desks.remove(session);
    }

    @Override
    public void handle(Exchange exchange) {
        Request request = exchange.request();
        Visitor visitor = Visitor.of(request, settings, reception);
        if (Negotiation.isWebSocket(request)) overWebSocket(exchange, visitor);
        else if (Negotiation.of(request) == Transport.SSE) overSse(exchange, visitor);
        else {
            throw Problems.NOT_ACCEPTABLE.refused(
                    "Accept", "A session is a WebSocket, or text/event-stream with POST /session/{id} beside it.");
        }
    }

    private void overWebSocket(Exchange exchange, Visitor visitor) {
        Channel channel = exchange.channel();
        Desk desk = new Desk(this, visitor, new Spelling.OverWebSocket(), channel);
        desk.begin(loops.of(channel), WebSocketLines.open(exchange, PROTOCOL, limits, desk));
    }

    private void overSse(Exchange exchange, Visitor visitor) {
        Spelling.OverSse spelling = new Spelling.OverSse(HttpStream.framing(exchange));
        Channel channel =
                exchange.takeOver(HttpStream.head("text/event-stream")).channel();
        Desk desk = new Desk(this, visitor, spelling, channel);
        desks.put(visitor.session(), desk);
        desk.begin(loops.of(channel), speaker -> {
            Stream stream = new Stream(channel, speaker, desk);
            channel.pipeline().addLast(stream);
            return stream;
        });
        if (visitor.paddingBytes() > 0) {
            desk.say(spelling.framing().piece(":" + " ".repeat(visitor.paddingBytes() - 1) + "\n\n"));
        }
        desk.welcome();
    }

    /// A stream that is told when the server stops.
    private static final class Stream extends SocketSink {
        private final Desk desk;

        Stream(Channel channel, Speaker speaker, Desk desk) {
            super(channel, speaker);
            this.desk = desk;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Stopping) desk.stopping();
        }
    }

    /// Messages of a client whose session goes down by Server-Sent Events.
    public void post(Exchange exchange) {
        Request request = exchange.request();
        request.parameters().allow(Set.of());
        Desk desk = desks.get(request.path().after(1));
        if (desk == null) throw new Refused(gone());
        Body.collect(exchange, limits.bytesMax(), limits.inFlight(), (body, held) -> {
            held.giveBackAll(); // What is published of it takes its own.
            desk.posted(
                    lines(body),
                    taken -> exchange.run(() -> {
                        if (taken) exchange.answer(Answer.empty(HttpResponseStatus.NO_CONTENT));
                        else exchange.refuse(gone());
                    }));
        });
    }

    private static Problem gone() {
        return Problems.NOT_FOUND.of("path", "There is no such session any more: open a new one with GET /session.");
    }

    private static List<byte[]> lines(byte[] body) {
        List<byte[]> lines = new ArrayList<>();
        int from = 0;
        for (int at = 0; at <= body.length; at++) {
            if (at < body.length && body[at] != '\n') continue;
            if (at > from) lines.add(Arrays.copyOfRange(body, from, at));
            from = at + 1;
        }
        return lines;
    }
}
