package dev.sluice.server.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.InvalidName;
import dev.sluice.core.presence.Members;
import dev.sluice.core.presence.Presence;
import dev.sluice.core.presence.Shadow;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Route;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/// `GET /presence/{name}`: who is there, and from where on to read what changes.
public final class PresenceList implements Route {
    private final Presence presence;

    public PresenceList(Presence presence) {
        this.presence = presence;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.request().parameters().allow(Set.of());
        presence.members(channel(exchange.request().path().after(1), "path"))
                .whenComplete((members, failure) -> exchange.run(() -> {
                    if (failure == null) answer(exchange, members);
                    else exchange.refuse(stopping());
                }));
    }

    public static Problem stopping() {
        return Problems.NOT_READY.of("The hub stops. Ask again in a moment.").withHeader("Retry-After", "1");
    }

    /// A channel that can have members.
    ///
    /// @param field what the name stands in, for the refusal
    /// @throws dev.sluice.server.http.Refused if it can have none
    public static ChannelName channel(String name, String field) {
        ChannelName channel;
        try {
            channel = new ChannelName(name);
        } catch (InvalidName invalid) {
            throw Problems.BAD_NAME.refused(field, "The channel " + invalid.getMessage() + ".");
        }
        try {
            Shadow.of(channel);
        } catch (IllegalArgumentException none) {
            throw Problems.BAD_NAME.refused(
                    field, "The channel " + Problems.quoted(name) + ": " + none.getMessage() + ".");
        }
        return channel;
    }

    private static void answer(Exchange exchange, Members members) {
        byte[] body = Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringProperty("channel", members.channel().value());
            write(json, members);
            json.writeEndObject();
        });
        exchange.answer(Answer.json(HttpResponseStatus.OK, body)
                .with("Sluice-Cursor", members.at().text()));
    }

    /// `"members":[…],"cursor":"…"`, in an object that is begun.
    public static void write(JsonGenerator json, Members members) {
        json.writeArrayPropertyStart("members");
        for (Members.Member member : members.members()) write(json, member);
        json.writeEndArray();
        json.writeStringProperty("cursor", members.at().text());
    }

    /// `{"client":"alice","time":"…"}`
    private static void write(JsonGenerator json, Members.Member member) {
        json.writeStartObject();
        json.writeStringProperty("client", member.client());
        json.writeStringProperty("time", Timestamp.of(member.timeMs()));
        json.writeEndObject();
    }
}
